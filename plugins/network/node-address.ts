import { isContainerLink } from '../../src/base/container-link.ts';
import type { FoundRoute } from '../../native/network.ts';

export interface HostAddress {
  readonly interface: string;
  readonly address: string;
  readonly family: 4 | 6;
}

export interface NodeFacts {
  readonly family: 4 | 6;
  /** Asked for by configuration; empty when not. */
  readonly wanted: string;
  /** Of the family. */
  readonly routes: readonly FoundRoute[];
  readonly links: readonly { readonly index: number; readonly name: string }[];
  readonly addresses: readonly HostAddress[];
}

/** The link that leads away from this node. */
export function uplink({ routes, links }: Pick<NodeFacts, 'routes' | 'links'>): string | undefined {
  return links.find(({ index }) => index === defaultRoute(routes)?.linkIndex)?.name;
}

/** The address this node is known by, or `undefined` where it has none but loopback. */
export function detectNodeAddress(facts: NodeFacts): string | undefined {
  if (facts.wanted !== '') return facts.wanted;
  const candidates = facts.addresses.filter(
    ({ family, interface: name, address }) =>
      family === facts.family && !isContainerLink(name) && !ONLY_NEAR.test(address),
  );
  const source = defaultRoute(facts.routes)?.source;
  const away = uplink(facts);
  return source ?? candidates.find(({ interface: name }) => name === away)?.address ?? candidates[0]?.address;
}

/** Of the machine or of a link alone. */
const ONLY_NEAR = /^(127\.|169\.254\.|::1$|fe[89ab])/;

const defaultRoute = (routes: readonly FoundRoute[]): FoundRoute | undefined =>
  routes
    .filter(({ to, type }) => to.prefix === 0 && type === 'unicast')
    .toSorted((one, other) => one.metric - other.metric)[0];

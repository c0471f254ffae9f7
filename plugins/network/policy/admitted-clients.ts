import {
  allAddresses,
  rangesContain,
  rangesOfAddresses,
  rangesWithout,
  unitedRanges,
  type AddressRanges,
} from '../../../src/base/address-ranges.ts';
import { isIpv6Number, type IpNumber } from '../../../src/base/ip-number.ts';
import type { Allowance, PeerSet, PolicyPlan, Protocol } from './policy-plan.ts';

export interface PolicyEndpoint {
  readonly address: IpNumber;
  readonly port: number;
  readonly protocol: Protocol;
}

/** The node on which clients are judged. */
export interface PolicyNode {
  /** Its own addresses of the family that an address is of: what comes from the node of a pod, or goes to it, is never restricted. */
  own(family: IpNumber): AddressRanges;
  /** Of its pods. */
  readonly pods: ReadonlySet<IpNumber>;
}

/** Whoever may be connected with an endpoint of a service from this node, by both ends' policies; `null` for all. */
export function clientsAdmitted(plan: PolicyPlan, node: PolicyNode): (to: PolicyEndpoint) => AddressRanges | null {
  // Many endpoints share a chain, a set, and what the pods of this node may not reach.
  const sources = new Map<string, AddressRanges>();
  const restricted = Map.groupBy(
    [...plan.egress].filter(([address]) => node.pods.has(address)),
    ([, chain]) => chain,
  );
  const sourcesOf = (chain: string, endpoint: PolicyEndpoint): AddressRanges => {
    const key = `${typeof endpoint.address} ${chain} ${endpoint.port}/${endpoint.protocol}`;
    const known = sources.get(key) ?? sourcesAt(endpoint, chain, plan);
    sources.set(key, known);
    return known;
  };
  return endpoint => {
    const chain = plan.ingress.get(endpoint.address);
    const here = rangesOfAddresses([endpoint.address]);
    const own = node.own(endpoint.address);
    const all = allAddresses(endpoint.address);
    const always = node.pods.has(endpoint.address) ? [...here, ...own] : here;
    const allowed = chain === undefined ? all : unitedRanges([...sourcesOf(chain, endpoint), ...always]);
    const refused = rangesContain(own, endpoint.address)
      ? []
      : [...restricted].flatMap(([egress, pods]) => (reaches(endpoint, egress, plan) ? [] : pods));
    const others = refused
      .map(([address]) => address)
      .filter(address => address !== endpoint.address && isOfFamily(address, endpoint));
    const left = others.length === 0 ? allowed : rangesWithout(allowed, rangesOfAddresses(others));
    return left === all ? null : left;
  };
}

const sourcesAt = (endpoint: PolicyEndpoint, chain: string, { chains, sets }: PolicyPlan): AddressRanges =>
  unitedRanges(
    (chains.get(chain) ?? [])
      .filter(allowance => isAt(endpoint, allowance))
      .flatMap(({ peers }) => (peers === null ? allAddresses(endpoint.address) : rangesOf(sets.get(peers), endpoint))),
  );

const reaches = (endpoint: PolicyEndpoint, chain: string, { chains, sets }: PolicyPlan): boolean =>
  (chains.get(chain) ?? []).some(
    allowance =>
      isAt(endpoint, allowance) && (allowance.peers === null || contains(sets.get(allowance.peers), endpoint)),
  );

const isAt = ({ port, protocol }: PolicyEndpoint, { port: range }: Allowance): boolean =>
  range === null || (range.protocol === protocol && range.first <= port && port <= range.last);

function rangesOf(set: PeerSet | undefined, endpoint: PolicyEndpoint): AddressRanges {
  if (set === undefined) return [];
  if (set.kind === 'block') return isBlockOf(set, endpoint) ? set.ranges : [];
  return rangesOfAddresses([...set.addresses].filter(address => isOfFamily(address, endpoint)));
}

function contains(set: PeerSet | undefined, endpoint: PolicyEndpoint): boolean {
  if (set === undefined) return false;
  if (set.kind === 'pods') return set.addresses.has(endpoint.address);
  return isBlockOf(set, endpoint) && rangesContain(set.ranges, endpoint.address);
}

const isOfFamily = (address: IpNumber, endpoint: PolicyEndpoint): boolean =>
  isIpv6Number(address) === isIpv6Number(endpoint.address);

const isBlockOf = ({ ranges: [range] }: PeerSet & { readonly kind: 'block' }, endpoint: PolicyEndpoint): boolean =>
  range !== undefined && isOfFamily(range.first, endpoint);

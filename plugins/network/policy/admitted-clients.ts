import {
  ALL_ADDRESSES,
  rangesContain,
  rangesOfAddresses,
  rangesWithout,
  unitedRanges,
  type AddressRanges,
} from '../../../src/base/address-ranges.ts';
import type { Allowance, PeerSet, PolicyPlan, Protocol } from './policy-plan.ts';

export interface PolicyEndpoint {
  readonly address: number;
  readonly port: number;
  readonly protocol: Protocol;
}

/** The node on which clients are judged. */
export interface PolicyNode {
  /** Its own addresses: what comes from the node of a pod, or goes to it, is never restricted. */
  readonly own: AddressRanges;
  /** Of its pods. */
  readonly pods: ReadonlySet<number>;
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
    const key = `${chain} ${endpoint.port}/${endpoint.protocol}`;
    const known = sources.get(key) ?? sourcesAt(endpoint, chain, plan);
    sources.set(key, known);
    return known;
  };
  return endpoint => {
    const chain = plan.ingress.get(endpoint.address);
    const here = rangesOfAddresses([endpoint.address]);
    const always = node.pods.has(endpoint.address) ? [...here, ...node.own] : here;
    const allowed = chain === undefined ? ALL_ADDRESSES : unitedRanges([...sourcesOf(chain, endpoint), ...always]);
    const refused = rangesContain(node.own, endpoint.address)
      ? []
      : [...restricted].flatMap(([egress, pods]) => (reaches(endpoint, egress, plan) ? [] : pods));
    const others = refused.map(([address]) => address).filter(address => address !== endpoint.address);
    const left = others.length === 0 ? allowed : rangesWithout(allowed, rangesOfAddresses(others));
    return left === ALL_ADDRESSES ? null : left;
  };
}

const sourcesAt = (endpoint: PolicyEndpoint, chain: string, { chains, sets }: PolicyPlan): AddressRanges =>
  unitedRanges(
    (chains.get(chain) ?? [])
      .filter(allowance => isAt(endpoint, allowance))
      .flatMap(({ peers }) => (peers === null ? ALL_ADDRESSES : rangesOf(sets.get(peers)))),
  );

const reaches = (endpoint: PolicyEndpoint, chain: string, { chains, sets }: PolicyPlan): boolean =>
  (chains.get(chain) ?? []).some(
    allowance =>
      isAt(endpoint, allowance) && (allowance.peers === null || contains(sets.get(allowance.peers), endpoint.address)),
  );

const isAt = ({ port, protocol }: PolicyEndpoint, { port: range }: Allowance): boolean =>
  range === null || (range.protocol === protocol && range.first <= port && port <= range.last);

const rangesOf = (set: PeerSet | undefined): AddressRanges =>
  set === undefined ? [] : set.kind === 'block' ? set.ranges : rangesOfAddresses(set.addresses);

const contains = (set: PeerSet | undefined, address: number): boolean =>
  set !== undefined && (set.kind === 'block' ? rangesContain(set.ranges, address) : set.addresses.has(address));

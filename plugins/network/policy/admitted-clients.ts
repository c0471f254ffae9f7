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
  const known = new Map<string, AddressRanges | null>();
  return endpoint => {
    const key = `${endpoint.address}:${endpoint.port}/${endpoint.protocol}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const admitted = admittedTo(endpoint, plan, node);
    known.set(key, admitted);
    return admitted;
  };
}

function admittedTo(endpoint: PolicyEndpoint, plan: PolicyPlan, node: PolicyNode): AddressRanges | null {
  const chain = plan.ingress.get(endpoint.address);
  const here = rangesOfAddresses([endpoint.address]);
  const always = node.pods.has(endpoint.address) ? [...here, ...node.own] : here;
  const allowed = chain === undefined ? ALL_ADDRESSES : unitedRanges([...sources(endpoint, chain, plan), ...always]);
  if (rangesContain(node.own, endpoint.address)) return allowed === ALL_ADDRESSES ? null : allowed;
  const refused = new Set<number>();
  for (const [address, egress] of plan.egress)
    if (node.pods.has(address) && address !== endpoint.address && !reaches(endpoint, egress, plan))
      refused.add(address);
  const left = refused.size === 0 ? allowed : rangesWithout(allowed, rangesOfAddresses(refused));
  return left === ALL_ADDRESSES ? null : left;
}

function sources(endpoint: PolicyEndpoint, chain: string, { chains, sets }: PolicyPlan): AddressRanges {
  return (chains.get(chain) ?? [])
    .filter(allowance => isAt(endpoint, allowance))
    .flatMap(({ peers }) => (peers === null ? ALL_ADDRESSES : rangesOf(sets.get(peers))));
}

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

import { isIpv6Number, type IpNumber } from '../../../src/base/ip-number.ts';
import type { Allowance, PeerSet, PolicyPlan } from './policy-plan.ts';

/** What a node's table of nf_tables says, of one family; one of a node no pod of which is restricted does not exist. */
export interface PolicyTable {
  readonly sets: ReadonlyMap<string, PeerSet>;
  readonly chains: ReadonlyMap<string, readonly Allowance[]>;
  /** Chains of this node's pods, by address. */
  readonly ingress: ReadonlyMap<IpNumber, string>;
  readonly egress: ReadonlyMap<IpNumber, string>;
}

/** Where connections of services come from: judged by the node of their client before they are made. */
export const PROXIES = 'proxies';

export type Family = 4 | 6;

/** A node sees to its own pods: others are none of its business, nor are sets that only those need. Pure. */
export function planTable(
  family: Family,
  plan: PolicyPlan,
  pods: ReadonlySet<IpNumber>,
  proxies: ReadonlySet<IpNumber>,
): PolicyTable | undefined {
  const isOf = (address: IpNumber): boolean => isIpv6Number(address) === (family === 6);
  const ingress = only(plan.ingress, address => isOf(address) && pods.has(address));
  const egress = only(plan.egress, address => isOf(address) && pods.has(address));
  if (ingress.size === 0 && egress.size === 0) return undefined;
  const chains = new Map<string, readonly Allowance[]>();
  const sets = new Map<string, PeerSet>([[PROXIES, setOf({ kind: 'pods', addresses: proxies }, isOf) ?? NOBODY]]);
  for (const name of new Set([...ingress.values(), ...egress.values()])) {
    const allowances: Allowance[] = [];
    for (const allowance of plan.chains.get(name) ?? []) {
      const { peers } = allowance;
      const set = peers === null ? undefined : (sets.get(peers) ?? setOf(plan.sets.get(peers), isOf));
      if (peers !== null && set === undefined) continue;
      if (peers !== null && set !== undefined) sets.set(peers, set);
      allowances.push(allowance);
    }
    chains.set(name, allowances);
  }
  return { sets, chains, ingress, egress };
}

const only = (
  chains: ReadonlyMap<IpNumber, string>,
  isWanted: (address: IpNumber) => boolean,
): ReadonlyMap<IpNumber, string> => new Map([...chains].filter(([address]) => isWanted(address)));

const NOBODY: PeerSet = { kind: 'pods', addresses: new Set() };

/** What of a set is of the family; nothing of a block of the other. */
function setOf(set: PeerSet | undefined, isOf: (address: IpNumber) => boolean): PeerSet | undefined {
  if (set === undefined) return undefined;
  if (set.kind === 'block') return set.ranges.every(({ first }) => isOf(first)) ? set : undefined;
  const addresses = [...set.addresses];
  return addresses.every(isOf) ? set : { kind: 'pods', addresses: new Set(addresses.filter(isOf)) };
}

import type { Allowance, PeerSet, PolicyPlan } from './policy-plan.ts';

/** What a node's table of nf_tables says; one of a node no pod of which is restricted does not exist. */
export interface PolicyTable {
  readonly sets: ReadonlyMap<string, PeerSet>;
  readonly chains: ReadonlyMap<string, readonly Allowance[]>;
  /** Chains of this node's pods, by address. */
  readonly ingress: ReadonlyMap<number, string>;
  readonly egress: ReadonlyMap<number, string>;
}

/** Where connections of services come from: judged by the node of their client before they are made. */
export const PROXIES = 'proxies';

/** A node sees to its own pods: others are none of its business, nor are sets that only those need. Pure. */
export function planTable(
  plan: PolicyPlan,
  pods: ReadonlySet<number>,
  proxies: ReadonlySet<number>,
): PolicyTable | undefined {
  const ingress = only(plan.ingress, pods);
  const egress = only(plan.egress, pods);
  if (ingress.size === 0 && egress.size === 0) return undefined;
  const chains = new Map<string, readonly Allowance[]>();
  const sets = new Map<string, PeerSet>([[PROXIES, { kind: 'pods', addresses: proxies }]]);
  for (const name of new Set([...ingress.values(), ...egress.values()])) {
    const allowances = plan.chains.get(name) ?? [];
    chains.set(name, allowances);
    for (const { peers } of allowances) {
      const set = peers === null ? undefined : plan.sets.get(peers);
      if (peers !== null && set !== undefined) sets.set(peers, set);
    }
  }
  return { sets, chains, ingress, egress };
}

const only = (chains: ReadonlyMap<number, string>, pods: ReadonlySet<number>): ReadonlyMap<number, string> =>
  new Map([...chains].filter(([address]) => pods.has(address)));

import type { IpNumber } from '../../../src/base/ip-number.ts';
import type { Allowance, PeerSet } from './policy-plan.ts';
import { PROXIES, type PolicyTable } from './policy-table.ts';

/** One step of a transaction on the table of policies; steps are in an order that nf_tables takes. */
export type TableChange =
  | { readonly kind: 'remove-table' }
  | { readonly kind: 'make-table' }
  | { readonly kind: 'make-set'; readonly name: string; readonly set: PeerSet['kind'] }
  | { readonly kind: 'add-addresses' | 'drop-addresses'; readonly set: string; readonly addresses: readonly IpNumber[] }
  | { readonly kind: 'add-ranges'; readonly set: string; readonly ranges: (PeerSet & { kind: 'block' })['ranges'] }
  | {
      readonly kind: 'make-chain';
      readonly name: string;
      readonly side: Side;
      readonly allowances: readonly Allowance[];
    }
  | { readonly kind: 'send'; readonly side: Side; readonly chains: readonly (readonly [IpNumber, string])[] }
  | { readonly kind: 'unsend'; readonly side: Side; readonly addresses: readonly IpNumber[] }
  | { readonly kind: 'remove-chain' | 'remove-set'; readonly name: string };

export type Side = 'ingress' | 'egress';
export const SIDES: readonly Side[] = ['ingress', 'egress'];

/** As it is made. */
const EMPTY_TABLE: PolicyTable = {
  sets: new Map([[PROXIES, { kind: 'pods', addresses: new Set() }]]),
  chains: new Map(),
  ingress: new Map(),
  egress: new Map(),
};

/**
 * What turns one table into another, as long as what changed. `before` is `unknown` after a start or a failure: then
 * everything is made anew, in the same transaction that removes what may be there. Pure.
 */
export function tableChanges(
  before: PolicyTable | 'unknown' | undefined,
  after: PolicyTable | undefined,
): readonly TableChange[] {
  const anew = before === 'unknown' || before === undefined;
  if (after === undefined) return before === undefined ? [] : [{ kind: 'remove-table' }];
  const from = anew ? EMPTY_TABLE : before;
  const changes: TableChange[] = anew ? [{ kind: 'remove-table' }, { kind: 'make-table' }] : [];
  for (const [name, set] of after.sets) changes.push(...setChanges(name, from.sets.get(name), set));
  for (const [name, allowances] of after.chains)
    if (!from.chains.has(name)) changes.push({ kind: 'make-chain', name, side: sideOf(name, after), allowances });
  for (const side of SIDES) changes.push(...mapChanges(side, from[side], after[side]));
  for (const name of from.chains.keys()) if (!after.chains.has(name)) changes.push({ kind: 'remove-chain', name });
  for (const name of from.sets.keys()) if (!after.sets.has(name)) changes.push({ kind: 'remove-set', name });
  return changes;
}

function setChanges(name: string, before: PeerSet | undefined, after: PeerSet): readonly TableChange[] {
  const made: readonly TableChange[] = before === undefined ? [{ kind: 'make-set', name, set: after.kind }] : [];
  if (after.kind === 'block')
    return before === undefined ? [...made, { kind: 'add-ranges', set: name, ranges: after.ranges }] : [];
  const had = before?.kind === 'pods' ? before.addresses : new Set<IpNumber>();
  if (had === after.addresses) return made;
  const gone = [...had].filter(address => !after.addresses.has(address));
  const come = [...after.addresses].filter(address => !had.has(address));
  return [
    ...made,
    ...(gone.length > 0 ? [{ kind: 'drop-addresses', set: name, addresses: gone } as const] : []),
    ...(come.length > 0 ? [{ kind: 'add-addresses', set: name, addresses: come } as const] : []),
  ];
}

function mapChanges(
  side: Side,
  before: ReadonlyMap<IpNumber, string>,
  after: ReadonlyMap<IpNumber, string>,
): readonly TableChange[] {
  const gone = [...before].filter(([address, chain]) => after.get(address) !== chain).map(([address]) => address);
  const come = [...after].filter(([address, chain]) => before.get(address) !== chain);
  return [
    ...(gone.length > 0 ? [{ kind: 'unsend', side, addresses: gone } as const] : []),
    ...(come.length > 0 ? [{ kind: 'send', side, chains: come } as const] : []),
  ];
}

/** Names of chains of the two sides differ, so it is one of them. */
const sideOf = (name: string, { ingress }: PolicyTable): Side =>
  [...ingress.values()].includes(name) ? 'ingress' : 'egress';

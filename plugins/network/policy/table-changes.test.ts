import { describe, expect, it } from 'vitest';
import type { IpNumber } from '../../../src/base/ip-number.ts';
import { planTable, PROXIES } from './policy-table.ts';
import type { PeerSet, PolicyPlan } from './policy-plan.ts';
import { tableChanges } from './table-changes.ts';

const plan = (members: readonly number[], ingress: readonly (readonly [number, string])[]): PolicyPlan => ({
  sets: new Map([
    ['p', { kind: 'pods', addresses: new Set(members) }],
    ['other', { kind: 'pods', addresses: new Set([1]) }],
  ]),
  chains: new Map([
    ['i-1', [{ peers: 'p', port: null }]],
    ['i-2', []],
    ['i-3', [{ peers: 'other', port: null }]],
  ]),
  ingress: new Map(ingress),
  egress: new Map(),
});
const table = (members: readonly number[], ingress: readonly (readonly [number, string])[], proxies = [2]) =>
  planTable(4, plan(members, ingress), new Set([10, 11]), new Set(proxies));

const MADE = table([1], [[10, 'i-1']]);

describe('the table of policies', () => {
  it('is none without a restricted pod of this node', () => {
    expect(table([1], [])).toBeUndefined();
    expect(table([1], [[99, 'i-1']])).toBeUndefined();
    expect(tableChanges(undefined, undefined)).toEqual([]);
    expect(tableChanges(MADE, undefined)).toEqual([{ kind: 'remove-table' }]);
    expect(tableChanges('unknown', undefined)).toEqual([{ kind: 'remove-table' }]);
  });

  it('holds what its pods need, and nothing else', () => {
    expect(
      tableChanges(
        undefined,
        table(
          [1],
          [
            [10, 'i-1'],
            [99, 'i-3'],
          ],
        ),
      ),
    ).toEqual([
      { kind: 'remove-table' },
      { kind: 'make-table' },
      { kind: 'add-addresses', set: PROXIES, addresses: [2] },
      { kind: 'make-set', name: 'p', set: 'pods' },
      { kind: 'add-addresses', set: 'p', addresses: [1] },
      { kind: 'make-chain', name: 'i-1', side: 'ingress', allowances: [{ peers: 'p', port: null }] },
      { kind: 'send', side: 'ingress', chains: [[10, 'i-1']] },
    ]);
    expect(tableChanges('unknown', MADE)).toEqual(tableChanges(undefined, MADE));
  });

  it.each([
    ['nothing', MADE, []],
    [
      'an address that comes and one that goes',
      table([3], [[10, 'i-1']]),
      [
        { kind: 'drop-addresses', set: 'p', addresses: [1] },
        { kind: 'add-addresses', set: 'p', addresses: [3] },
      ],
    ],
    [
      'a pod that comes',
      table(
        [1],
        [
          [10, 'i-1'],
          [11, 'i-1'],
        ],
      ),
      [{ kind: 'send', side: 'ingress', chains: [[11, 'i-1']] }],
    ],
    ['a node that comes', table([1], [[10, 'i-1']], [2, 4]), [{ kind: 'add-addresses', set: PROXIES, addresses: [4] }]],
    [
      'another policy: what is new is made before it is used, what is old goes after',
      table([1], [[10, 'i-2']]),
      [
        { kind: 'make-chain', name: 'i-2', side: 'ingress', allowances: [] },
        { kind: 'unsend', side: 'ingress', addresses: [10] },
        { kind: 'send', side: 'ingress', chains: [[10, 'i-2']] },
        { kind: 'remove-chain', name: 'i-1' },
        { kind: 'remove-set', name: 'p' },
      ],
    ],
  ])('changes by %s', (_, after, changes) => {
    expect(tableChanges(MADE, after)).toEqual(changes);
  });

  it('is of the addresses of its family, without what blocks of the other say', () => {
    const both: PolicyPlan = {
      sets: new Map<string, PeerSet>([
        ['p', { kind: 'pods', addresses: new Set([1, 1n]) }],
        ['b', { kind: 'block', ranges: [{ first: 5n, last: 9n }] }],
      ]),
      chains: new Map([['i-1', ['p', 'b'].map(peers => ({ peers, port: null }))]]),
      ingress: new Map<IpNumber, string>([
        [10, 'i-1'],
        [10n, 'i-1'],
      ]),
      egress: new Map(),
    };
    const of = (family: 4 | 6) => planTable(family, both, new Set([10, 10n]), new Set([2, 2n]));
    expect(of(4)).toMatchObject({
      sets: new Map([PROXIES, 'p'].map((name, i) => [name, { kind: 'pods', addresses: new Set([2 - i]) }])),
      chains: new Map([['i-1', [{ peers: 'p', port: null }]]]),
      ingress: new Map([[10, 'i-1']]),
    });
    expect([...(of(6)?.ingress ?? [])]).toEqual([[10n, 'i-1']]);
    expect(of(6)?.sets.get('b')).toEqual({ kind: 'block', ranges: [{ first: 5n, last: 9n }] });
    expect(of(6)?.sets.get('p')).toEqual({ kind: 'pods', addresses: new Set([1n]) });
  });
});

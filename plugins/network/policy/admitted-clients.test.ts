import { describe, expect, it } from 'vitest';
import { rangesOfAddresses, type AddressRanges } from '../../../src/base/address-ranges.ts';
import type { IpNumber } from '../../../src/base/ip-number.ts';
import { clientsAdmitted } from './admitted-clients.ts';
import type { Allowance, PeerSet, PolicyPlan } from './policy-plan.ts';

const OWN = rangesOfAddresses([1, 2]);
const OWN_IPV6 = rangesOfAddresses([1n, 2n]);
const NODE = {
  own: (family: IpNumber) => (typeof family === 'bigint' ? OWN_IPV6 : OWN),
  pods: new Set<IpNumber>([10, 11, 12, 10n]),
};
const ONLY_20 = { peers: 'twenty', port: { protocol: 'TCP', first: 80, last: 89 } } as const;
const BLOCK = { peers: 'block', port: null };

const plan = (over: Partial<PolicyPlan>): PolicyPlan => ({
  sets: new Map([
    ['twenty', { kind: 'pods', addresses: new Set([20, 21]) }],
    ['block', { kind: 'block', ranges: [{ first: 30, last: 39 }] }],
  ]),
  chains: new Map<string, readonly Allowance[]>([
    ['none', []],
    ['20', [ONLY_20]],
    ['block', [BLOCK]],
    ['udp', [{ peers: null, port: { protocol: 'UDP', first: 0, last: 65_535 } }]],
  ]),
  ingress: new Map(),
  egress: new Map(),
  ...over,
});
const asked = (over: Partial<PolicyPlan>, address: number, port = 80, protocol: 'TCP' | 'UDP' = 'TCP') =>
  clientsAdmitted(plan(over), NODE)({ address, port, protocol });
const ranges = (...ends: readonly (readonly [number, number])[]): AddressRanges =>
  ends.map(([first, last]) => ({ first, last }));
const LAST = 0xff_ff_ff_ff;

describe('who is connected with an endpoint', () => {
  it('is everybody where nothing is restricted, and with the node itself', () => {
    expect(asked({}, 10)).toBeNull();
    expect(asked({ egress: new Map([[10, 'none']]) }, 1)).toBeNull();
  });

  it('is whom its ingress lets in, itself, and its own node', () => {
    const ingress = new Map([
      [10, '20'],
      [20, 'block'],
      [21, 'none'],
    ]);
    expect(asked({ ingress }, 10)).toEqual(ranges([1, 2], [10, 10], [20, 21]));
    expect(asked({ ingress }, 10, 90)).toEqual(ranges([1, 2], [10, 10]));
    expect(asked({ ingress }, 10, 80, 'UDP')).toEqual(ranges([1, 2], [10, 10]));
    // Of other nodes: this one is to them as anybody is.
    expect(asked({ ingress }, 20)).toEqual(ranges([20, 20], [30, 39]));
    expect(asked({ ingress }, 21)).toEqual(ranges([21, 21]));
  });

  it('is nobody of this node whose egress does not reach it', () => {
    const egress = new Map([
      [10, 'none'],
      [11, '20'],
      [12, 'udp'],
      [50, 'none'],
    ]);
    expect(asked({ egress }, 20)).toEqual(ranges([0, 9], [11, 11], [13, LAST]));
    expect(asked({ egress }, 20, 80, 'UDP')).toEqual(ranges([0, 9], [12, LAST]));
    // Each reaches itself. What pods of other nodes may say is up to those.
    expect(asked({ egress }, 10)).toEqual(ranges([0, 10], [13, LAST]));
  });

  it('takes both ends', () => {
    const ingress = new Map([[20, 'udp']]);
    const egress = new Map([[10, 'none']]);
    expect(asked({ ingress, egress }, 20, 80, 'UDP')).toEqual(ranges([0, 9], [11, LAST]));
    expect(asked({ ingress, egress }, 20)).toEqual(ranges([20, 20]));
  });

  it('is told of IPv6 by what is of IPv6', () => {
    const sets = new Map<string, PeerSet>([
      ['twenty', { kind: 'pods', addresses: new Set<IpNumber>([20, 20n]) }],
      ['block', { kind: 'block', ranges: [{ first: 30n, last: 39n }] }],
    ]);
    const given = plan({
      sets,
      ingress: new Map<IpNumber, string>([
        [10n, 'block'],
        [10, 'block'],
      ]),
    });
    const admitted = clientsAdmitted(given, NODE);
    expect(admitted({ address: 10n, port: 80, protocol: 'TCP' })).toEqual([
      { first: 1n, last: 2n },
      { first: 10n, last: 10n },
      { first: 30n, last: 39n },
    ]);
    expect(admitted({ address: 10, port: 80, protocol: 'TCP' })).toEqual(ranges([1, 2], [10, 10]));
    const restricted = clientsAdmitted(
      plan({
        sets,
        egress: new Map<IpNumber, string>([
          [10n, '20'],
          [10, '20'],
        ]),
      }),
      NODE,
    );
    expect(restricted({ address: 20n, port: 80, protocol: 'TCP' })).toBeNull();
    expect(restricted({ address: 21n, port: 80, protocol: 'TCP' })).toEqual([
      { first: 0n, last: 9n },
      { first: 11n, last: (1n << 128n) - 1n },
    ]);
  });
});

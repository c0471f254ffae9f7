import { describe, expect, it } from 'vitest';
import type { LeaseSpec } from '../kinds/coordination/v1/lease-spec.ts';
import { planLease } from './plan-lease.ts';

const [BEFORE, NOW] = ['2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:20.000000Z'];
const held = (holderIdentity: string, more: Partial<LeaseSpec> = {}): LeaseSpec => ({
  holderIdentity,
  leaseDurationSeconds: 15,
  acquireTime: BEFORE,
  renewTime: BEFORE,
  leaseTransitions: 3,
  ...more,
});
const mine = { holderIdentity: 'me', leaseDurationSeconds: 15, renewTime: NOW };

describe('planLease', () => {
  it.each([
    ['takes a lease that nobody made', undefined, 0, { ...mine, acquireTime: NOW, leaseTransitions: 0 }],
    ['renews its own', held('me'), 0, { ...mine, acquireTime: BEFORE, leaseTransitions: 3 }],
    ['renews its own also when it is over', held('me'), 99_000, { ...mine, acquireTime: BEFORE, leaseTransitions: 3 }],
    ['leaves one that is another’s', held('other'), 14_999, undefined],
    ['takes one that was not renewed', held('other'), 15_000, { ...mine, acquireTime: NOW, leaseTransitions: 4 }],
    ['takes one that was given back', held(''), 0, { ...mine, acquireTime: NOW, leaseTransitions: 4 }],
    ['keeps to the time that its holder wrote', held('other', { leaseDurationSeconds: 60 }), 59_999, undefined],
  ])('%s', (_, spec, unchangedMs, expected) => {
    expect(planLease({ spec, unchangedMs }, 'me', NOW)).toEqual(expected);
  });
});

import type { LeaseSpec } from '../kinds/coordination/v1/lease-spec.ts';
import { LEASE_SECONDS } from './limits.ts';

export interface LeaseSeen {
  readonly spec: LeaseSpec | undefined;
  /** How long it has been seen as it is, by the clock of whoever looks: clocks of others are not trusted. */
  readonly unchangedMs: number;
}

/** What `identity` is to write to hold the lease from `now` on; `undefined`: it is another's. */
export function planLease({ spec, unchangedMs }: LeaseSeen, identity: string, now: string): LeaseSpec | undefined {
  const { holderIdentity = '', leaseDurationSeconds = 0, leaseTransitions = 0, acquireTime = now } = spec ?? {};
  const held = { holderIdentity: identity, leaseDurationSeconds: LEASE_SECONDS, renewTime: now };
  if (holderIdentity === identity) return { ...held, acquireTime, leaseTransitions };
  if (holderIdentity !== '' && unchangedMs < leaseDurationSeconds * 1000) return undefined;
  return { ...held, acquireTime: now, leaseTransitions: spec === undefined ? 0 : leaseTransitions + 1 };
}

import type { Clock } from '../../../src/base/world.ts';
import { matchesNodeSelector } from '../../kinds/core/v1/node-selection.ts';
import type { Misfit, SchedulerFilter } from '../contract.ts';
import { bindingState } from './binding-conditions.ts';
import type { DeviceAllocator } from './device-allocator.ts';

const LACKING: Misfit = { reasons: ['cannot allocate all claims'], isFinal: true };
const INVALID: Misfit = { reasons: ['invalid resource pools were encountered'], isFinal: true };
/** What an attempt before made for the pod has to go first. */
const STALE: Misfit = { reasons: ['cannot schedule extended resource claim'], isFinal: true };
/** A claim has devices, and they are not there. */
export const ELSEWHERE: Misfit = { reasons: ['resourceclaim not available on the node'], isFinal: true };

/** Pods come where the devices are that their claims were given, or can be. */
export const dynamicResources = (devices: DeviceAllocator, clock: Clock): SchedulerFilter => ({
  name: 'DynamicResources',
  order: 90,
  wakesOn: ['node-added', 'node-changed', 'device-claim-changed', 'devices-changed'],
  awaits: pod => devices.lacksClaims(pod),
  rejects: pod => devices.obstacleOf(pod),
  prepare: pod => {
    const claims = devices.claimsOf(pod);
    const draft = devices.extendedDraftOf(pod);
    if (claims.length === 0 && draft === undefined) return undefined;
    const isStale = draft !== undefined && devices.madeExtendedClaimOf(pod) !== undefined;
    const given = claims.filter(({ status }) => status.allocation !== undefined);
    const pending = claims.filter(({ status }) => status.allocation === undefined);
    const isLost = given.some(claim => bindingState(claim, clock.now()).type === 'failed');
    const selectors = given.flatMap(({ status }) => status.allocation?.nodeSelector ?? []);
    return node => {
      if (isStale) return STALE;
      if (isLost || !selectors.every(selector => matchesNodeSelector(selector, node))) return ELSEWHERE;
      const extended = draft?.on(node);
      const wanted = extended === undefined ? pending : [...pending, extended.claim];
      if (wanted.length === 0) return undefined;
      const allocation = devices.allocate(wanted, node);
      switch (allocation.type) {
        case 'allocated':
          return undefined;
        case 'lacking':
          return LACKING;
        case 'invalid-pools':
          return INVALID;
        case 'failed':
          throw new Error(`running "DynamicResources" filter plugin: ${allocation.message}`);
      }
    };
  },
});

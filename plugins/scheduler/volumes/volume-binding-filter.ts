import { reaches } from '../../kinds/core/v1/volume-binding.ts';
import type { Misfit, SchedulerFilter } from '../contract.ts';
import { claimSuppliesOn, type Shortage } from './claim-supplies.ts';
import { podClaims, type VolumeCaches } from './pod-claims.ts';

const ELSEWHERE = "node(s) didn't match PersistentVolume's node affinity";
const SHORT_OF: Readonly<Record<Shortage, string>> = {
  volume: "node(s) didn't find available persistent volumes to bind",
  space: 'node(s) did not have enough free storage',
};
const GONE = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';

const final = (...reasons: readonly string[]): Misfit => ({ reasons, isFinal: true });

/** Nodes where the volumes that a pod claims are, or can come to be. */
export const volumeBinding = (caches: VolumeCaches): SchedulerFilter => ({
  name: 'VolumeBinding',
  order: 65,
  wakesOn: ['node-added', 'node-changed', 'volume-changed'],
  rejects: pod => {
    const claims = podClaims(pod, caches);
    return claims.type === 'unready' ? claims.reason : undefined;
  },
  prepare: pod => {
    const claims = podClaims(pod, caches);
    if (claims.type !== 'ready') return undefined;
    const volumes = claims.bound.map(({ spec }) => caches.volumes.get(spec.volumeName ?? ''));
    return node => {
      if (volumes.includes(undefined)) return final(GONE);
      const reasons = volumes.every(volume => volume === undefined || reaches(volume, node)) ? [] : [ELSEWHERE];
      const supplies = claims.delayed.length === 0 ? undefined : claimSuppliesOn(node, claims.delayed, caches);
      const all = typeof supplies === 'string' ? [...reasons, SHORT_OF[supplies]] : reasons;
      return all.length === 0 ? undefined : final(...all);
    };
  },
});

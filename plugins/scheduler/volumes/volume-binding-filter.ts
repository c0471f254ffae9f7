import { reaches } from '../../kinds/core/v1/volume-binding.ts';
import type { Misfit, SchedulerFilter } from '../contract.ts';
import { podClaims, suppliesOn, type VolumeCaches } from './pod-claims.ts';

const ELSEWHERE = "node(s) didn't match PersistentVolume's node affinity";
const NO_VOLUME = "node(s) didn't find available persistent volumes to bind";
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
      const isSupplied = claims.delayed.length === 0 || suppliesOn(node, claims.delayed, caches) !== undefined;
      const all = isSupplied ? reasons : [...reasons, NO_VOLUME];
      return all.length === 0 ? undefined : final(...all);
    };
  },
});

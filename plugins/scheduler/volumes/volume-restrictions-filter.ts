import type { Cache } from '../../../src/sdk/caches.ts';
import type { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { sharedClaimsOf } from '../claim-uses.ts';
import type { ClusterView, SchedulerFilter, Supposed } from '../contract.ts';
import { areInConflict, disksOf } from './disk-conflicts.ts';

const IN_USE =
  'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod';
const NO_DISK = 'node(s) had no available disk';

/** A claim that one pod alone may use, wherever that is, and disks that one node cannot mount twice. */
export const volumeRestrictions = ({ claims }: { readonly claims: Cache<PersistentVolumeClaim> }): SchedulerFilter => ({
  name: 'VolumeRestrictions',
  order: 62,
  wakesOn: ['node-added', 'pod-removed', 'volume-changed'],
  prepare: (pod, cluster) => {
    const exclusive = [...sharedClaimsOf(pod)].filter(name =>
      claims.get(name, pod.metadata.namespace)?.spec.accessModes?.includes('ReadWriteOncePod'),
    );
    const disks = disksOf(pod);
    if (exclusive.length === 0 && disks.length === 0) return undefined;
    const uses = usesOf(exclusive, pod, cluster);
    return (node, _index, supposed) => {
      if (disks.length > 0 && node.pods.some(other => areInConflict(disks, disksOf(other)))) return NO_DISK;
      return uses + moreUses(exclusive, pod, supposed) > 0 ? IN_USE : undefined;
    };
  },
});

const usesOf = (names: readonly string[], { metadata }: Pod, cluster: ClusterView): number =>
  names.reduce((sum, name) => sum + cluster.claimUses(metadata.namespace ?? '', name), 0);

function moreUses(names: readonly string[], { metadata }: Pod, supposed: Supposed | undefined): number {
  if (supposed === undefined || names.length === 0) return 0;
  const usesBy = (other: Pod): number => {
    if (other.metadata.namespace !== metadata.namespace) return 0;
    const used = sharedClaimsOf(other);
    return names.filter(name => used.has(name)).length;
  };
  let more = 0;
  for (const other of supposed.added) more += usesBy(other);
  for (const other of supposed.without) more -= usesBy(other);
  return more;
}

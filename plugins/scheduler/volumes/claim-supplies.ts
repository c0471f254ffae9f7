import { labelMatcher } from '../../../src/api/label-selector.ts';
import { parseQuantity } from '../../../src/base/quantity.ts';
import type { CacheIndex } from '../../../src/sdk/caches.ts';
import type { SelectableNode } from '../../kinds/core/v1/node-selection.ts';
import type { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { storageClassOf } from '../../kinds/core/v1/storage-class-of.ts';
import { bestVolume, isMeantFor, reaches, SELECTED_NODE } from '../../kinds/core/v1/volume-binding.ts';
import type { CSIStorageCapacity } from '../../kinds/storage/v1/csi-storage-capacity.ts';
import type { StorageClass } from '../../kinds/storage/v1/storage-class.ts';
import type { VolumeCaches } from './pod-claims.ts';

const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

/** How a claim gets its volume on one node. */
export type Supply = { readonly type: 'volume'; readonly volume: PersistentVolume } | { readonly type: 'provisioner' };

/** A volume, or space to make one in. */
export type Shortage = 'volume' | 'space';

/** Each claim's supply, free volumes being given once; or what one of them lacks on the node. */
export function claimSuppliesOn(
  node: SelectableNode,
  delayed: readonly PersistentVolumeClaim[],
  caches: VolumeCaches,
): ReadonlyMap<PersistentVolumeClaim, Supply> | Shortage {
  const { volumes, classes } = caches;
  const supplies = new Map<PersistentVolumeClaim, Supply>();
  let free: readonly PersistentVolume[] = volumes.list();
  for (const claim of delayed) {
    const selected = claim.metadata.annotations?.[SELECTED_NODE];
    if (selected !== undefined && selected !== node.name) return 'volume';
    const volume = bestVolume(free, claim, node);
    if (volume !== undefined && (!isMeantFor(volume, claim) || reaches(volume, node))) {
      free = free.filter(other => other !== volume);
      supplies.set(claim, { type: 'volume', volume });
      continue;
    }
    const storageClass = classes.get(storageClassOf(claim));
    if (volume !== undefined || storageClass === undefined || storageClass.provisioner === NO_PROVISIONER)
      return 'volume';
    if (!isAllowed(storageClass, node)) return 'volume';
    if (!hasSpace(claim, storageClass, node, caches)) return 'space';
    supplies.set(claim, { type: 'provisioner' });
  }
  return supplies;
}

function isAllowed({ allowedTopologies = [] }: StorageClass, { labels }: SelectableNode): boolean {
  if (allowedTopologies.length === 0) return true;
  return allowedTopologies.some(({ matchLabelExpressions = [] }) =>
    matchLabelExpressions.every(({ key, values }) => values.includes(labels[key] ?? '')),
  );
}

/** Where the driver tells how much there is: whether one pool that the node reaches is large enough. */
function hasSpace(
  { spec }: PersistentVolumeClaim,
  { metadata: { name }, provisioner }: StorageClass,
  { labels }: SelectableNode,
  { drivers, capacities }: VolumeCaches,
): boolean {
  const wanted = spec.resources.requests?.['storage'];
  if (wanted === undefined || drivers.get(provisioner)?.spec.storageCapacity !== true) return true;
  const { nano } = parseQuantity(wanted);
  return capacities.indexed(BY_CLASS, name).some(({ nodeTopology, capacity, maximumVolumeSize = capacity }) => {
    if (maximumVolumeSize === undefined || nodeTopology === undefined) return false;
    return parseQuantity(maximumVolumeSize).nano >= nano && labelMatcher(nodeTopology).matches(labels);
  });
}

const BY_CLASS: CacheIndex<CSIStorageCapacity> = {
  name: 'scheduler/class',
  keysOf: ({ storageClassName }) => [storageClassName],
};

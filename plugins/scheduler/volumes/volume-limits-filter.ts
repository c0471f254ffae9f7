import type { Cache, CacheIndex } from '../../../src/sdk/caches.ts';
import type { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { claimsOf } from '../../kinds/core/v1/pod-claims.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { storageClassOf } from '../../kinds/core/v1/storage-class-of.ts';
import type { CSINode } from '../../kinds/storage/v1/csi-node.ts';
import type { VolumeAttachment } from '../../kinds/storage/v1/volume-attachment.ts';
import type { SchedulerFilter } from '../contract.ts';
import type { VolumeCaches } from './pod-claims.ts';

export interface LimitCaches extends VolumeCaches {
  readonly csiNodes: Cache<CSINode>;
  readonly attachments: Cache<VolumeAttachment>;
}

const TOO_MANY = 'node(s) exceed max volume count';

/** No more volumes of a driver of CSI than the node says it can hold. */
export const nodeVolumeLimits = (caches: LimitCaches): SchedulerFilter => ({
  name: 'NodeVolumeLimits',
  order: 64,
  wakesOn: ['node-added', 'pod-removed', 'volume-changed'],
  prepare: pod => {
    const wanted = volumesOf(pod, caches);
    if (wanted.size === 0) return undefined;
    return node => {
      const limits = limitsOf(caches.csiNodes.get(node.name));
      if (![...wanted.values()].some(driver => limits.has(driver))) return undefined;
      const used = new Map(node.pods.flatMap(other => [...volumesOf(other, caches)]));
      const there = [...new Map([...attachedTo(node.name, caches), ...used]).values()];
      const added = [...wanted].flatMap(([volume, driver]) => (used.has(volume) ? [] : [driver]));
      const isOver = (driver: string): boolean => {
        const limit = limits.get(driver);
        return limit !== undefined && countOf(driver, there) + countOf(driver, added) > limit;
      };
      return added.some(isOver) ? TOO_MANY : undefined;
    };
  },
});

/** Drivers by volume. */
type Volumes = ReadonlyMap<string, string>;

const countOf = (driver: string, drivers: readonly string[]): number => drivers.filter(each => each === driver).length;

const limitsOf = (node: CSINode | undefined): ReadonlyMap<string, number> =>
  new Map(
    (node?.spec.drivers ?? []).flatMap(({ name, allocatable }) =>
      allocatable?.count === undefined ? [] : [[name, allocatable.count]],
    ),
  );

function volumesOf(pod: Pod, caches: VolumeCaches): Volumes {
  const volumes = new Map<string, string>();
  for (const { name } of claimsOf(pod)) {
    const claim = caches.claims.get(name, pod.metadata.namespace);
    const volume = claim === undefined ? undefined : volumeOf(claim, caches);
    if (volume !== undefined) volumes.set(volume.id, volume.driver);
  }
  return volumes;
}

/** One that is not there yet is its claim's, of the driver that will make it. */
function volumeOf(claim: PersistentVolumeClaim, { volumes, classes }: VolumeCaches) {
  const { namespace = '', name } = claim.metadata;
  const volume = volumes.get(claim.spec.volumeName ?? '');
  if (volume !== undefined) {
    const { csi } = volume.spec;
    return csi === undefined ? undefined : { driver: csi.driver, id: idOf(csi.driver, csi.volumeHandle) };
  }
  const driver = classes.get(storageClassOf(claim))?.provisioner;
  return driver === undefined ? undefined : { driver, id: `claim ${namespace}/${name}` };
}

function attachedTo(node: string, { attachments, volumes }: LimitCaches): Volumes {
  const attached = new Map<string, string>();
  for (const { spec } of attachments.indexed(BY_NODE, node)) {
    const csi = volumes.get(spec.source.persistentVolumeName ?? '')?.spec.csi;
    if (csi !== undefined) attached.set(idOf(spec.attacher, csi.volumeHandle), spec.attacher);
  }
  return attached;
}

const BY_NODE: CacheIndex<VolumeAttachment> = { name: 'scheduler/node', keysOf: ({ spec }) => [spec.nodeName] };

const idOf = (driver: string, handle: string): string => `volume ${driver}/${handle}`;

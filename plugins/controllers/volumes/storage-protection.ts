import type { Key } from '../../../src/api/client.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import { defineController, reads } from '../../../src/sdk/controller.ts';
import { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { claimsOf } from '../../kinds/core/v1/pod-claims.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { VolumeAttributesClass } from '../../kinds/storage/v1/volume-attributes-class.ts';
import { isFinished } from '../pod-facts.ts';

export const CLAIM_FINALIZER = 'kubernetes.io/pvc-protection';
export const VOLUME_FINALIZER = 'kubernetes.io/pv-protection';
export const ATTRIBUTES_FINALIZER = 'kubernetes.io/vac-protection';

const isGoing =
  (finalizer: string) =>
  ({ metadata }: AnyObject): boolean =>
    metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(finalizer) === true;

const without = <T extends AnyObject>(object: T, finalizer: string): T => ({
  ...object,
  metadata: {
    ...object.metadata,
    finalizers: (object.metadata.finalizers ?? []).filter(name => name !== finalizer),
  },
});

const claimNames = (pod: Pod): readonly string[] => claimsOf(pod).map(({ name }) => name);

const claimKeys = (pod: Pod): readonly Key[] =>
  claimNames(pod).map(name => ({ name, namespace: pod.metadata.namespace ?? '' }));

/** A claim that is deleted stays until no pod uses it any more. */
export const claimProtection = defineController({
  name: 'pvc-protection-controller',
  primary: PersistentVolumeClaim,
  reads: [reads(Pod, claimKeys)],
  writes: [PersistentVolumeClaim.can('update')],
  concerns: isGoing(CLAIM_FINALIZER),
  async reconcile({ object: claim, caches, client }) {
    const { name, namespace } = claim.metadata;
    const isUsed = caches
      .of(Pod)
      .list(namespace)
      .some(pod => (pod.spec.nodeName ?? '') !== '' && !isFinished(pod) && claimNames(pod).includes(name));
    if (!isUsed) await client.update(PersistentVolumeClaim, without(claim, CLAIM_FINALIZER));
    return {};
  },
});

/** A volume that is deleted stays as long as it is bound. */
export const volumeProtection = defineController({
  name: 'pv-protection-controller',
  primary: PersistentVolume,
  writes: [PersistentVolume.can('update')],
  concerns: isGoing(VOLUME_FINALIZER),
  async reconcile({ object: volume, client }) {
    if (volume.status.phase !== 'Bound') await client.update(PersistentVolume, without(volume, VOLUME_FINALIZER));
    return {};
  },
});

const classesOfClaim = ({ spec, status }: PersistentVolumeClaim): readonly string[] =>
  [
    spec.volumeAttributesClassName,
    status.currentVolumeAttributesClassName,
    status.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ].filter(name => name !== undefined);

const classesOfVolume = ({ spec }: PersistentVolume): readonly string[] =>
  spec.volumeAttributesClassName === undefined ? [] : [spec.volumeAttributesClassName];

const keys = (names: readonly string[]): readonly Key[] => names.map(name => ({ name }));

/** A class of attributes that is deleted stays as long as a volume has it, or a claim asks for it. */
export const attributesProtection = defineController({
  name: 'volumeattributesclass-protection-controller',
  primary: VolumeAttributesClass,
  reads: [
    reads(PersistentVolumeClaim, claim => keys(classesOfClaim(claim))),
    reads(PersistentVolume, volume => keys(classesOfVolume(volume))),
  ],
  writes: [VolumeAttributesClass.can('update')],
  concerns: isGoing(ATTRIBUTES_FINALIZER),
  async reconcile({ object: attributes, caches, client }) {
    const { name } = attributes.metadata;
    const isUsed =
      caches
        .of(PersistentVolume)
        .list()
        .some(volume => classesOfVolume(volume).includes(name)) ||
      caches
        .of(PersistentVolumeClaim)
        .list()
        .some(claim => classesOfClaim(claim).includes(name));
    if (!isUsed) await client.update(VolumeAttributesClass, without(attributes, ATTRIBUTES_FINALIZER));
    return {};
  },
});

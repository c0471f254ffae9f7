import type { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeSpec } from '../../kinds/core/v1/persistent-volume-spec.ts';
import type { Pod, Volume } from '../pod.ts';
import { inlineHandle } from './csi-paths.ts';

/** A volume of a driver, as a pod has it. */
export interface CsiVolume {
  /** The PersistentVolume's, or that of the pod's own volume. */
  readonly name: string;
  readonly driver: string;
  readonly handle: string;
  readonly lifecycle: 'Persistent' | 'Ephemeral';
  /** A device is shown as it is; anything else is a file system that is mounted. */
  readonly isBlock: boolean;
  readonly readOnly: boolean;
  readonly fsType: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly mountOptions: readonly string[];
  readonly accessModes: NonNullable<PersistentVolumeSpec['accessModes']>;
  readonly stageSecret?: ObjectPlace;
  readonly publishSecret?: ObjectPlace;
  readonly expandSecret?: ObjectPlace;
  /** The claim it is bound to. */
  readonly claim?: ObjectPlace;
}

/** Where a secret or a claim is. */
export interface ObjectPlace {
  readonly name: string;
  readonly namespace: string;
}

export type CsiSource = NonNullable<PersistentVolumeSpec['csi']>;

export function persistentCsiVolume(
  { metadata, spec }: PersistentVolume,
  source: CsiSource,
  isReadOnly: boolean,
): CsiVolume {
  const { driver, volumeHandle, readOnly = false, fsType = '', volumeAttributes = {} } = source;
  const [stageSecret, publishSecret, expandSecret, claim] = [
    source.nodeStageSecretRef,
    source.nodePublishSecretRef,
    source.nodeExpandSecretRef,
    spec.claimRef,
  ].map(placeOf);
  return {
    name: metadata.name,
    driver,
    handle: volumeHandle,
    lifecycle: 'Persistent',
    isBlock: spec.volumeMode === 'Block',
    readOnly: readOnly || isReadOnly,
    fsType,
    attributes: volumeAttributes,
    mountOptions: spec.mountOptions ?? [],
    accessModes: spec.accessModes ?? [],
    ...(stageSecret === undefined ? {} : { stageSecret }),
    ...(publishSecret === undefined ? {} : { publishSecret }),
    ...(expandSecret === undefined ? {} : { expandSecret }),
    ...(claim === undefined ? {} : { claim }),
  };
}

const placeOf = (reference: CsiSource['nodeStageSecretRef']): ObjectPlace | undefined =>
  reference === undefined ? undefined : { name: reference.name ?? '', namespace: reference.namespace ?? '' };

/** One that lives and dies with its pod. */
export function inlineCsiVolume({ metadata }: Pod, name: string, source: NonNullable<Volume['csi']>): CsiVolume {
  const { driver, readOnly = false, fsType = '', volumeAttributes = {}, nodePublishSecretRef } = source;
  return {
    name,
    driver,
    handle: inlineHandle(metadata.uid, name),
    lifecycle: 'Ephemeral',
    isBlock: false,
    readOnly,
    fsType,
    attributes: volumeAttributes,
    mountOptions: [],
    accessModes: ['ReadWriteOnce'],
    ...(nodePublishSecretRef === undefined
      ? {}
      : { publishSecret: { name: nodePublishSecretRef.name ?? '', namespace: metadata.namespace ?? '' } }),
  };
}

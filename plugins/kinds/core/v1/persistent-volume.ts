import { ageColumn, nameColumn, text, wide } from '../../../../src/api/columns.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { timeOf } from '../../../../src/base/timestamp.ts';
import { formatAccessModes } from './access-modes.ts';
import {
  persistentVolumeSpec,
  persistentVolumeStatus,
  type PersistentVolumeSpec,
  type PersistentVolumeStatus,
} from './persistent-volume-spec.ts';
import { storageClassOf } from './storage-class-of.ts';
import { validatePersistentVolume, validatePersistentVolumeUpdate } from './validate-persistent-volume.ts';

/** What columns are computed from. */
interface Parts extends AnyObject {
  readonly spec: PersistentVolumeSpec;
  readonly status: PersistentVolumeStatus;
}

export const PersistentVolume = defineResource({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  shortNames: ['pv'],
  scope: 'Cluster',
  generation: false,
  answersDeleted: true,
  doc: 'Storage that outlives the pods that use it.',
  openapiName: 'io.k8s.api.core.v1.PersistentVolume',
  fields: {
    spec: persistentVolumeSpec.present().doc('What it is.').at(2),
    status: persistentVolumeStatus.present().doc('How it is.').at(3),
  },
  status: true,
  columns: [
    nameColumn,
    text('Capacity', 'How much it holds.', ({ spec }: Parts) => spec.capacity?.['storage'] ?? '0'),
    text('Access Modes', 'How it can be mounted.', ({ spec }: Parts) => formatAccessModes(spec.accessModes)),
    text(
      'Reclaim Policy',
      'What becomes of it when its claim is gone.',
      ({ spec }: Parts) => spec.persistentVolumeReclaimPolicy,
    ),
    text('Status', 'How it is.', ({ metadata, status }: Parts) =>
      metadata.deletionTimestamp === undefined ? status.phase : 'Terminating',
    ),
    text('Claim', 'The claim it is bound to.', ({ spec: { claimRef } }: Parts) =>
      claimRef === undefined ? '' : `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}`,
    ),
    text('StorageClass', 'Class it belongs to.', (volume: Parts) => storageClassOf(volume)),
    text(
      'VolumeAttributesClass',
      'Class of its attributes.',
      ({ spec }: Parts) => spec.volumeAttributesClassName ?? '<unset>',
    ),
    text('Reason', 'Why it is as it is.', ({ status }: Parts) => status.reason ?? ''),
    ageColumn,
    wide('VolumeMode', 'Block or Filesystem.', ({ spec }: Parts) => spec.volumeMode),
  ],
  prepareForCreate: (volume, { nowMs }) => ({
    ...volume,
    status: { phase: 'Pending' as const, lastPhaseTransitionTime: timeOf(nowMs) },
  }),
  validate: validatePersistentVolume,
  validateUpdate: validatePersistentVolumeUpdate,
});
export type PersistentVolume = ObjectOf<typeof PersistentVolume>;

import { ageColumn, nameColumn, text, wide } from '../../../../src/api/columns.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { formatAccessModes } from './access-modes.ts';
import { withBothDataSources } from './both-data-sources.ts';
import { persistentVolumeClaimSpec, type PersistentVolumeClaimSpec } from './persistent-volume-claim-spec.ts';
import { persistentVolumeClaimStatus, type PersistentVolumeClaimStatus } from './persistent-volume-claim-status.ts';
import { storageClassOf } from './storage-class-of.ts';
import { validateClaimSpec } from './validate-claim-spec.ts';
import { validateClaimStatusUpdate, validateClaimUpdate } from './validate-persistent-volume-claim.ts';

/** What columns are computed from. */
interface Parts extends AnyObject {
  readonly spec: PersistentVolumeClaimSpec;
  readonly status: PersistentVolumeClaimStatus;
}

const hasVolume = ({ spec }: Parts): boolean => (spec.volumeName ?? '') !== '';

export const PersistentVolumeClaim = defineResource({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  shortNames: ['pvc'],
  scope: 'Namespaced',
  generation: false,
  answersDeleted: true,
  doc: 'A request for a volume.',
  openapiName: 'io.k8s.api.core.v1.PersistentVolumeClaim',
  fields: {
    spec: persistentVolumeClaimSpec.present().doc('What its volume must offer.').at(2),
    status: persistentVolumeClaimStatus.present().doc('How it is.').at(3),
  },
  status: true,
  columns: [
    nameColumn,
    text('Status', 'How it is.', ({ metadata, status }: Parts) =>
      metadata.deletionTimestamp === undefined ? status.phase : 'Terminating',
    ),
    text('Volume', 'The volume that is bound.', ({ spec }: Parts) => spec.volumeName ?? ''),
    text('Capacity', 'How much its volume holds.', (claim: Parts) =>
      hasVolume(claim) ? (claim.status.capacity?.['storage'] ?? '0') : '',
    ),
    text('Access Modes', 'How its volume can be mounted.', (claim: Parts) =>
      hasVolume(claim) ? formatAccessModes(claim.status.accessModes) : '',
    ),
    text('StorageClass', 'Class that provides it.', (claim: Parts) => storageClassOf(claim)),
    text(
      'VolumeAttributesClass',
      'Class of its attributes.',
      ({ spec }: Parts) => spec.volumeAttributesClassName ?? '<unset>',
    ),
    ageColumn,
    wide('VolumeMode', 'Block or Filesystem.', ({ spec }: Parts) => spec.volumeMode),
  ],
  prepareForCreate: claim => ({ ...claim, spec: withBothDataSources(claim.spec) }),
  prepareForUpdate: claim => ({ ...claim, spec: withBothDataSources(claim.spec) }),
  validate: ({ spec }) => validateClaimSpec(spec, 'spec'),
  validateUpdate: validateClaimUpdate,
  validateStatusUpdate: validateClaimStatusUpdate,
});
export type PersistentVolumeClaim = ObjectOf<typeof PersistentVolumeClaim>;

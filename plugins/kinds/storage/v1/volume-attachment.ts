import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { validateVolumeAttachment, validateVolumeAttachmentUpdate } from './validate-volume-attachment.ts';
import {
  volumeAttachmentSpec,
  volumeAttachmentStatus,
  type VolumeAttachmentSpec,
  type VolumeAttachmentStatus,
} from './volume-attachment-spec.ts';

/** What columns are computed from. */
interface Parts {
  readonly spec: VolumeAttachmentSpec;
  readonly status: VolumeAttachmentStatus;
}

export const VolumeAttachment = defineResource({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  scope: 'Cluster',
  putByRevision: true,
  generation: false,
  answersDeleted: true,
  doc: 'A volume that is, or is to be, attached to a node.',
  openapiName: 'io.k8s.api.storage.v1.VolumeAttachment',
  fields: {
    spec: volumeAttachmentSpec.zero().doc('What is to be attached, and where.').at(2),
    status: volumeAttachmentStatus.present().doc('How far it is.').at(3),
  },
  status: true,
  columns: [
    nameColumn,
    {
      ...text('Attacher', 'The driver that attaches it.', ({ spec }: Parts) => spec.attacher),
      format: 'name',
    },
    text('PV', 'The volume.', ({ spec }: Parts) => spec.source.persistentVolumeName ?? ''),
    text('Node', 'Where to.', ({ spec }: Parts) => spec.nodeName),
    {
      name: 'Attached',
      type: 'boolean',
      description: 'Whether it is attached.',
      value: ({ status }: Parts) => status.attached,
    },
    ageColumn,
  ],
  validate: validateVolumeAttachment,
  validateUpdate: validateVolumeAttachmentUpdate,
});
export type VolumeAttachment = ObjectOf<typeof VolumeAttachment>;

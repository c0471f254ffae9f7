import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { boolean, list, map, oneOf, string } from '../../../../src/schema/schema.ts';
import { topologySelectorTerm } from '../../core/v1/topology-selector-term.ts';
import { validateStorageClass } from './validate-storage-class.ts';

/** What columns are computed from. */
interface Parts extends AnyObject {
  readonly provisioner: string;
  readonly reclaimPolicy: string;
  readonly volumeBindingMode: string;
  readonly allowVolumeExpansion?: boolean;
}

export const StorageClass = defineResource({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  shortNames: ['sc'],
  scope: 'Cluster',
  answersDeleted: true,
  doc: 'A way of making volumes.',
  openapiName: 'io.k8s.api.storage.v1.StorageClass',
  fields: {
    provisioner: string().immutable().doc('Who makes its volumes.').at(2),
    parameters: map(string()).immutable().omitEmpty().doc('What the provisioner is told.').at(3),
    reclaimPolicy: oneOf('Delete', 'Retain')
      .choices('Delete', 'Recycle', 'Retain')
      .immutable()
      .default('Delete')
      .doc('What becomes of its volumes when their claims are gone.')
      .at(4),
    mountOptions: list(string()).omitEmpty().doc('Options of their mounts.').at(5),
    allowVolumeExpansion: boolean().optional().doc('Whether they may grow.').at(6),
    volumeBindingMode: oneOf('Immediate', 'WaitForFirstConsumer')
      .immutable()
      .default('Immediate')
      .doc('Whether they are made at once or for the first pod.')
      .at(7),
    allowedTopologies: list(topologySelectorTerm).omitEmpty().doc('Where they may be made.').at(8),
  },
  columns: [
    { ...nameColumn, value: named },
    text('Provisioner', 'Who makes its volumes.', ({ provisioner }: Parts) => provisioner),
    text(
      'ReclaimPolicy',
      'What becomes of its volumes when their claims are gone.',
      ({ reclaimPolicy }: Parts) => reclaimPolicy,
    ),
    text(
      'VolumeBindingMode',
      'Whether they are made at once or for the first pod.',
      ({ volumeBindingMode }: Parts) => volumeBindingMode,
    ),
    text(
      'AllowVolumeExpansion',
      'Whether they may grow.',
      ({ allowVolumeExpansion = false }: Parts) => allowVolumeExpansion,
    ),
    ageColumn,
  ],
  validate: validateStorageClass,
});
export type StorageClass = ObjectOf<typeof StorageClass>;

/** Claims that name no class get one of these. */
export const isDefaultClass = ({ metadata: { annotations = {} } }: AnyObject): boolean =>
  annotations['storageclass.kubernetes.io/is-default-class'] === 'true' ||
  annotations['storageclass.beta.kubernetes.io/is-default-class'] === 'true';

function named(storageClass: AnyObject): string {
  const { name } = storageClass.metadata;
  return isDefaultClass(storageClass) ? `${name} (default)` : name;
}

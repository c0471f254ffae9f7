import { resourceList } from './resource-list.ts';
import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import { objectMeta } from '../../../../src/api/object-meta-schema.ts';
import { type Stored, list, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const typedLocalObjectReference = object({
  name: string().at(3),
  kind: string().at(2),
  apiGroup: string().optional().at(1),
})
  .named('io.k8s.api.core.v1.TypedLocalObjectReference')
  .atomic()
  .doc('Names an object of any kind in the same namespace.');
export type TypedLocalObjectReference = Stored<typeof typedLocalObjectReference>;

export const typedObjectReference = object({
  name: string().at(3),
  kind: string().at(2),
  apiGroup: string().optional().at(1),
  namespace: string().optional().at(4),
})
  .named('io.k8s.api.core.v1.TypedObjectReference')
  .doc('Names an object of any kind.');
export type TypedObjectReference = Stored<typeof typedObjectReference>;

export const volumeResourceRequirements = object({
  limits: resourceList.omitEmpty().at(1),
  requests: resourceList.omitEmpty().at(2),
})
  .named('io.k8s.api.core.v1.VolumeResourceRequirements')
  .doc('How much a volume must hold.');
export type VolumeResourceRequirements = Stored<typeof volumeResourceRequirements>;

export const persistentVolumeClaimSpec = object({
  accessModes: list(oneOf('ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod').byRule())
    .omitEmpty()
    .doc('How it is mounted.')
    .at(1),
  selector: labelSelector.optional().doc('Volumes that come into question.').at(4),
  resources: volumeResourceRequirements.present().doc('How much it must hold.').at(2),
  volumeName: string().omitEmpty().doc('The volume that is bound.').at(3),
  storageClassName: string().optional().doc('Class that provides it.').at(5),
  volumeMode: oneOf('Block', 'Filesystem').default('Filesystem').doc('Block or Filesystem.').at(6),
  dataSource: typedLocalObjectReference.optional().doc('What it is filled from.').at(7),
  dataSourceRef: typedObjectReference.optional().doc('What it is filled from.').at(8),
  volumeAttributesClassName: string().optional().at(9),
})
  .named('io.k8s.api.core.v1.PersistentVolumeClaimSpec')
  .doc('What a volume must offer.');
export type PersistentVolumeClaimSpec = Stored<typeof persistentVolumeClaimSpec>;

export const persistentVolumeClaimTemplate = object({
  metadata: objectMeta.present().at(1),
  spec: persistentVolumeClaimSpec.zero().at(2),
})
  .named('io.k8s.api.core.v1.PersistentVolumeClaimTemplate')
  .doc('A claim to make for a pod.');
export type PersistentVolumeClaimTemplate = Stored<typeof persistentVolumeClaimTemplate>;

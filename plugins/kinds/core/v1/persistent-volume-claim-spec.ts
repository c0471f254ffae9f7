import { resourceList } from './resource-list.ts';
import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import { objectMeta } from '../../../../src/api/object-meta-schema.ts';
import { type Stored, list, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const typedLocalObjectReference = object({
  apiGroup: string().optional().at(1),
  kind: string().at(2),
  name: string().at(3),
})
  .named('io.k8s.api.core.v1.TypedLocalObjectReference')
  .atomic();
export type TypedLocalObjectReference = Stored<typeof typedLocalObjectReference>;

export const typedObjectReference = object({
  apiGroup: string().optional().at(1),
  kind: string().at(2),
  name: string().at(3),
  namespace: string().optional().at(4),
}).named('io.k8s.api.core.v1.TypedObjectReference');
export type TypedObjectReference = Stored<typeof typedObjectReference>;

export const volumeResourceRequirements = object({
  limits: resourceList.omitEmpty().at(1),
  requests: resourceList.omitEmpty().at(2),
}).named('io.k8s.api.core.v1.VolumeResourceRequirements');
export type VolumeResourceRequirements = Stored<typeof volumeResourceRequirements>;

export const persistentVolumeClaimSpec = object({
  accessModes: list(oneOf('ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'))
    .omitEmpty()
    .at(1),
  selector: labelSelector.optional().at(4),
  resources: volumeResourceRequirements.present().at(2),
  volumeName: string().omitEmpty().at(3),
  storageClassName: string().optional().at(5),
  volumeMode: oneOf('Block', 'Filesystem').default('Filesystem').at(6),
  dataSource: typedLocalObjectReference.optional().at(7),
  dataSourceRef: typedObjectReference.optional().at(8),
  volumeAttributesClassName: string().optional().at(9),
}).named('io.k8s.api.core.v1.PersistentVolumeClaimSpec');
export type PersistentVolumeClaimSpec = Stored<typeof persistentVolumeClaimSpec>;

export const persistentVolumeClaimTemplate = object({
  metadata: objectMeta.present().at(1),
  spec: persistentVolumeClaimSpec.zero().at(2),
}).named('io.k8s.api.core.v1.PersistentVolumeClaimTemplate');
export type PersistentVolumeClaimTemplate = Stored<typeof persistentVolumeClaimTemplate>;

import { localObjectReference } from './local-object-reference.ts';
import { type Stored, boolean, int32, map, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const csiVolumeSource = object({
  driver: string().at(1),
  readOnly: boolean().optional().at(2),
  fsType: string().optional().at(3),
  volumeAttributes: map(string()).omitEmpty().at(4),
  nodePublishSecretRef: localObjectReference.optional().at(5),
})
  .named('io.k8s.api.core.v1.CSIVolumeSource')
  .doc('A volume of CSI.');
export type CSIVolumeSource = Stored<typeof csiVolumeSource>;

export const flexVolumeSource = object({
  driver: string().at(1),
  fsType: string().omitEmpty().at(2),
  secretRef: localObjectReference.optional().at(3),
  readOnly: boolean().omitEmpty().at(4),
  options: map(string()).omitEmpty().at(5),
})
  .named('io.k8s.api.core.v1.FlexVolumeSource')
  .doc('A volume of Flex.');
export type FlexVolumeSource = Stored<typeof flexVolumeSource>;

export const flockerVolumeSource = object({
  datasetName: string().omitEmpty().at(1),
  datasetUUID: string().omitEmpty().at(2),
})
  .named('io.k8s.api.core.v1.FlockerVolumeSource')
  .doc('A volume of Flocker.');
export type FlockerVolumeSource = Stored<typeof flockerVolumeSource>;

export const cinderVolumeSource = object({
  volumeID: string().at(1),
  fsType: string().omitEmpty().at(2),
  readOnly: boolean().omitEmpty().at(3),
  secretRef: localObjectReference.optional().at(4),
})
  .named('io.k8s.api.core.v1.CinderVolumeSource')
  .doc('A volume of Cinder.');
export type CinderVolumeSource = Stored<typeof cinderVolumeSource>;

export const vsphereVirtualDiskVolumeSource = object({
  volumePath: string().at(1),
  fsType: string().omitEmpty().at(2),
  storagePolicyName: string().omitEmpty().at(3),
  storagePolicyID: string().omitEmpty().at(4),
})
  .named('io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource')
  .doc('A volume of VsphereVirtualDisk.');
export type VsphereVirtualDiskVolumeSource = Stored<typeof vsphereVirtualDiskVolumeSource>;

export const azureFileVolumeSource = object({
  secretName: string().at(1),
  shareName: string().at(2),
  readOnly: boolean().omitEmpty().at(3),
})
  .named('io.k8s.api.core.v1.AzureFileVolumeSource')
  .doc('A volume of AzureFile.');
export type AzureFileVolumeSource = Stored<typeof azureFileVolumeSource>;

export const azureDiskVolumeSource = object({
  diskName: string().at(1),
  diskURI: string().at(2),
  cachingMode: oneOf('None', 'ReadOnly', 'ReadWrite').default('ReadWrite').tells('ReadWrite').at(3),
  fsType: string().default('ext4').tells('ext4').at(4),
  readOnly: boolean().default(false).at(5),
  kind: oneOf('Dedicated', 'Managed', 'Shared').default('Shared').tells('Shared').at(6),
})
  .named('io.k8s.api.core.v1.AzureDiskVolumeSource')
  .doc('A volume of AzureDisk.');
export type AzureDiskVolumeSource = Stored<typeof azureDiskVolumeSource>;

export const gcePersistentDiskVolumeSource = object({
  pdName: string().byRule().at(1),
  fsType: string().omitEmpty().at(2),
  partition: int32().omitEmpty().at(3),
  readOnly: boolean().omitEmpty().at(4),
})
  .named('io.k8s.api.core.v1.GCEPersistentDiskVolumeSource')
  .doc('A volume of GCEPersistentDisk.');
export type GCEPersistentDiskVolumeSource = Stored<typeof gcePersistentDiskVolumeSource>;

export const awsElasticBlockStoreVolumeSource = object({
  volumeID: string().at(1),
  fsType: string().omitEmpty().at(2),
  partition: int32().omitEmpty().at(3),
  readOnly: boolean().omitEmpty().at(4),
})
  .named('io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource')
  .doc('A volume of AWSElasticBlockStore.');
export type AWSElasticBlockStoreVolumeSource = Stored<typeof awsElasticBlockStoreVolumeSource>;

import {
  awsElasticBlockStoreVolumeSource,
  azureDiskVolumeSource,
  azureFileVolumeSource,
  cinderVolumeSource,
  csiVolumeSource,
  flexVolumeSource,
  flockerVolumeSource,
  gcePersistentDiskVolumeSource,
  vsphereVirtualDiskVolumeSource,
} from './cloud-volume.ts';
import {
  configMapVolumeSource,
  downwardApiVolumeSource,
  projectedVolumeSource,
  secretVolumeSource,
} from './config-volume.ts';
import { persistentVolumeClaimTemplate } from './persistent-volume-claim-spec.ts';
import {
  cephFSVolumeSource,
  fcVolumeSource,
  glusterfsVolumeSource,
  iscsiVolumeSource,
  nfsVolumeSource,
  photonPersistentDiskVolumeSource,
  portworxVolumeSource,
  quobyteVolumeSource,
  rbdVolumeSource,
  scaleIoVolumeSource,
  storageOsVolumeSource,
} from './storage-volume.ts';
import { type Stored, boolean, embedded, object, oneOf, quantity, string } from '../../../../src/schema/schema.ts';

export const gitRepoVolumeSource = object({
  repository: string().at(1),
  revision: string().omitEmpty().at(2),
  directory: string().omitEmpty().at(3),
}).named('io.k8s.api.core.v1.GitRepoVolumeSource');
export type GitRepoVolumeSource = Stored<typeof gitRepoVolumeSource>;

export const imageVolumeSource = object({
  reference: string().omitEmpty().at(1),
  pullPolicy: oneOf('Always', 'Never', 'IfNotPresent').omitEmpty().at(2),
}).named('io.k8s.api.core.v1.ImageVolumeSource');
export type ImageVolumeSource = Stored<typeof imageVolumeSource>;

export const ephemeralVolumeSource = object({
  volumeClaimTemplate: persistentVolumeClaimTemplate.optional().at(1),
}).named('io.k8s.api.core.v1.EphemeralVolumeSource');
export type EphemeralVolumeSource = Stored<typeof ephemeralVolumeSource>;

export const persistentVolumeClaimVolumeSource = object({
  claimName: string().at(1),
  readOnly: boolean().omitEmpty().at(2),
}).named('io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource');
export type PersistentVolumeClaimVolumeSource = Stored<typeof persistentVolumeClaimVolumeSource>;

export const hostPathVolumeSource = object({
  path: string().at(1),
  type: oneOf('', 'DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice')
    .default('')
    .at(2),
}).named('io.k8s.api.core.v1.HostPathVolumeSource');
export type HostPathVolumeSource = Stored<typeof hostPathVolumeSource>;

export const emptyDirVolumeSource = object({
  medium: string().omitEmpty().at(1),
  sizeLimit: quantity().optional().at(2),
}).named('io.k8s.api.core.v1.EmptyDirVolumeSource');
export type EmptyDirVolumeSource = Stored<typeof emptyDirVolumeSource>;

export const volumeSourceProps = {
  hostPath: hostPathVolumeSource.optional().at(1),
  emptyDir: emptyDirVolumeSource.optional().at(2),
  gcePersistentDisk: gcePersistentDiskVolumeSource.optional().at(3),
  awsElasticBlockStore: awsElasticBlockStoreVolumeSource.optional().at(4),
  gitRepo: gitRepoVolumeSource.optional().at(5),
  secret: secretVolumeSource.optional().at(6),
  nfs: nfsVolumeSource.optional().at(7),
  iscsi: iscsiVolumeSource.optional().at(8),
  glusterfs: glusterfsVolumeSource.optional().at(9),
  persistentVolumeClaim: persistentVolumeClaimVolumeSource.optional().at(10),
  rbd: rbdVolumeSource.optional().at(11),
  flexVolume: flexVolumeSource.optional().at(12),
  cinder: cinderVolumeSource.optional().at(13),
  cephfs: cephFSVolumeSource.optional().at(14),
  flocker: flockerVolumeSource.optional().at(15),
  downwardAPI: downwardApiVolumeSource.optional().at(16),
  fc: fcVolumeSource.optional().at(17),
  azureFile: azureFileVolumeSource.optional().at(18),
  configMap: configMapVolumeSource.optional().at(19),
  vsphereVolume: vsphereVirtualDiskVolumeSource.optional().at(20),
  quobyte: quobyteVolumeSource.optional().at(21),
  azureDisk: azureDiskVolumeSource.optional().at(22),
  photonPersistentDisk: photonPersistentDiskVolumeSource.optional().at(23),
  projected: projectedVolumeSource.optional().at(26),
  portworxVolume: portworxVolumeSource.optional().at(24),
  scaleIO: scaleIoVolumeSource.optional().at(25),
  storageos: storageOsVolumeSource.optional().at(27),
  csi: csiVolumeSource.optional().at(28),
  ephemeral: ephemeralVolumeSource.optional().at(29),
  image: imageVolumeSource.optional().at(30),
};

export const volume = object({
  name: string().at(1),
  ...embedded(2, volumeSourceProps),
}).named('io.k8s.api.core.v1.Volume');
export type Volume = Stored<typeof volume>;

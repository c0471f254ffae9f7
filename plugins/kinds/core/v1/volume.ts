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
})
  .named('io.k8s.api.core.v1.GitRepoVolumeSource')
  .doc('A Git repository; no longer supported.');
export type GitRepoVolumeSource = Stored<typeof gitRepoVolumeSource>;

export const imageVolumeSource = object({
  reference: string().omitEmpty().doc('The image.').at(1),
  pullPolicy: oneOf('Always', 'IfNotPresent', 'Never').omitEmpty().doc('When it is pulled.').at(2),
})
  .named('io.k8s.api.core.v1.ImageVolumeSource')
  .doc('An image as a directory.');
export type ImageVolumeSource = Stored<typeof imageVolumeSource>;

export const ephemeralVolumeSource = object({
  volumeClaimTemplate: persistentVolumeClaimTemplate.optional().doc('The claim to make.').at(1),
})
  .named('io.k8s.api.core.v1.EphemeralVolumeSource')
  .doc('A volume claimed for one pod.');
export type EphemeralVolumeSource = Stored<typeof ephemeralVolumeSource>;

export const persistentVolumeClaimVolumeSource = object({
  claimName: string().doc('Name of the claim.').at(1),
  readOnly: boolean().omitEmpty().doc('It cannot be written.').at(2),
})
  .named('io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource')
  .doc('A claimed volume.');
export type PersistentVolumeClaimVolumeSource = Stored<typeof persistentVolumeClaimVolumeSource>;

export const hostPathVolumeSource = object({
  path: string().doc('The path.').at(1),
  type: oneOf('', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket')
    .byRule()
    .default('')
    .tells(null)
    .doc('What must be or is made there.')
    .at(2),
})
  .named('io.k8s.api.core.v1.HostPathVolumeSource')
  .doc('A path of the node.');
export type HostPathVolumeSource = Stored<typeof hostPathVolumeSource>;

export const emptyDirVolumeSource = object({
  medium: string().omitEmpty().doc('Memory for one in memory.').at(1),
  sizeLimit: quantity().optional().doc('How much it may hold.').at(2),
})
  .named('io.k8s.api.core.v1.EmptyDirVolumeSource')
  .doc('An empty directory.');
export type EmptyDirVolumeSource = Stored<typeof emptyDirVolumeSource>;

/** Of several only the first is looked into; see `validateVolumes`. */
export const volumeSourceProps = {
  emptyDir: emptyDirVolumeSource.optional().byRule().doc('An empty directory that lives as long as the pod.').at(2),
  hostPath: hostPathVolumeSource.optional().byRule().doc('A path of the node.').at(1),
  gitRepo: gitRepoVolumeSource.optional().byRule().at(5),
  gcePersistentDisk: gcePersistentDiskVolumeSource.optional().byRule().at(3),
  awsElasticBlockStore: awsElasticBlockStoreVolumeSource.optional().byRule().at(4),
  secret: secretVolumeSource.optional().byRule().doc('A Secret as files.').at(6),
  nfs: nfsVolumeSource.optional().byRule().doc('A share of an NFS server.').at(7),
  iscsi: iscsiVolumeSource.optional().byRule().doc('An iSCSI disk.').at(8),
  glusterfs: glusterfsVolumeSource.optional().byRule().at(9),
  flocker: flockerVolumeSource.optional().byRule().at(15),
  persistentVolumeClaim: persistentVolumeClaimVolumeSource.optional().byRule().doc('A claimed volume.').at(10),
  rbd: rbdVolumeSource.optional().byRule().at(11),
  cinder: cinderVolumeSource.optional().byRule().at(13),
  cephfs: cephFSVolumeSource.optional().byRule().at(14),
  quobyte: quobyteVolumeSource.optional().byRule().at(21),
  downwardAPI: downwardApiVolumeSource.optional().byRule().doc('Fields of the pod as files.').at(16),
  fc: fcVolumeSource.optional().byRule().at(17),
  flexVolume: flexVolumeSource.optional().byRule().at(12),
  configMap: configMapVolumeSource.optional().byRule().doc('A ConfigMap as files.').at(19),
  azureFile: azureFileVolumeSource.optional().byRule().at(18),
  vsphereVolume: vsphereVirtualDiskVolumeSource.optional().byRule().at(20),
  photonPersistentDisk: photonPersistentDiskVolumeSource.optional().byRule().at(23),
  portworxVolume: portworxVolumeSource.optional().byRule().at(24),
  azureDisk: azureDiskVolumeSource.optional().byRule().at(22),
  storageos: storageOsVolumeSource.optional().byRule().at(27),
  projected: projectedVolumeSource.optional().byRule().doc('Several sources in one directory.').at(26),
  scaleIO: scaleIoVolumeSource.optional().byRule().at(25),
  csi: csiVolumeSource.optional().byRule().doc('A volume of a CSI driver.').at(28),
  ephemeral: ephemeralVolumeSource.optional().byRule().doc('A volume claimed for this pod alone.').at(29),
  image: imageVolumeSource.optional().byRule().doc('An image as a directory.').at(30),
};

export const volume = object({
  ...embedded(2, volumeSourceProps, 'VolumeSource'),
  name: string().doc('Name within the pod.').at(1),
})
  .named('io.k8s.api.core.v1.Volume')
  .doc('A directory that containers of a pod may mount.');
export type Volume = Stored<typeof volume>;

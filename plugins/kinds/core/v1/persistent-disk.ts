import { objectReference } from './object-reference.ts';
import { secretReference } from './secret-reference.ts';
import { type Stored, boolean, int32, list, map, object, string } from '../../../../src/schema/schema.ts';

/** Sources of persistent volumes where they differ from those of volumes of pods: their secrets lie anywhere. */
export const glusterfsPersistentVolumeSource = object({
  endpoints: string().at(1),
  path: string().at(2),
  readOnly: boolean().omitEmpty().at(3),
  endpointsNamespace: string().optional().at(4),
})
  .named('io.k8s.api.core.v1.GlusterfsPersistentVolumeSource')
  .doc('A persistent volume of Glusterfs.');

export const rbdPersistentVolumeSource = object({
  monitors: list(string()).at(1),
  image: string().at(2),
  fsType: string().omitEmpty().at(3),
  pool: string().whenEmpty('rbd').tells('rbd').at(4),
  user: string().whenEmpty('admin').tells('admin').at(5),
  keyring: string().whenEmpty('/etc/ceph/keyring').tells('/etc/ceph/keyring').at(6),
  secretRef: secretReference.optional().at(7),
  readOnly: boolean().omitEmpty().at(8),
})
  .named('io.k8s.api.core.v1.RBDPersistentVolumeSource')
  .doc('A persistent volume of RBD.');

export const cephFSPersistentVolumeSource = object({
  monitors: list(string()).at(1),
  path: string().omitEmpty().at(2),
  user: string().omitEmpty().at(3),
  secretFile: string().omitEmpty().at(4),
  secretRef: secretReference.optional().at(5),
  readOnly: boolean().omitEmpty().at(6),
})
  .named('io.k8s.api.core.v1.CephFSPersistentVolumeSource')
  .doc('A persistent volume of CephFS.');

export const iscsiPersistentVolumeSource = object({
  targetPortal: string().at(1),
  iqn: string().at(2),
  lun: int32().zero().at(3),
  iscsiInterface: string().whenEmpty('default').tells('default').at(4),
  fsType: string().omitEmpty().at(5),
  readOnly: boolean().omitEmpty().at(6),
  portals: list(string()).omitEmpty().at(7),
  chapAuthDiscovery: boolean().omitEmpty().at(8),
  chapAuthSession: boolean().omitEmpty().at(11),
  secretRef: secretReference.optional().at(10),
  initiatorName: string().optional().at(12),
})
  .named('io.k8s.api.core.v1.ISCSIPersistentVolumeSource')
  .doc('A persistent volume of ISCSI.');

export const cinderPersistentVolumeSource = object({
  volumeID: string().at(1),
  fsType: string().omitEmpty().at(2),
  readOnly: boolean().omitEmpty().at(3),
  secretRef: secretReference.optional().at(4),
})
  .named('io.k8s.api.core.v1.CinderPersistentVolumeSource')
  .doc('A persistent volume of Cinder.');

export const flexPersistentVolumeSource = object({
  driver: string().at(1),
  fsType: string().omitEmpty().at(2),
  secretRef: secretReference.optional().at(3),
  readOnly: boolean().omitEmpty().at(4),
  options: map(string()).omitEmpty().at(5),
})
  .named('io.k8s.api.core.v1.FlexPersistentVolumeSource')
  .doc('A persistent volume of Flex.');

export const azureFilePersistentVolumeSource = object({
  secretName: string().at(1),
  shareName: string().at(2),
  readOnly: boolean().omitEmpty().at(3),
  secretNamespace: string().optional().at(4),
})
  .named('io.k8s.api.core.v1.AzureFilePersistentVolumeSource')
  .doc('A persistent volume of AzureFile.');

export const scaleIoPersistentVolumeSource = object({
  gateway: string().at(1),
  system: string().at(2),
  secretRef: secretReference.at(3),
  sslEnabled: boolean().omitEmpty().at(4),
  protectionDomain: string().omitEmpty().at(5),
  storagePool: string().omitEmpty().at(6),
  storageMode: string().whenEmpty('ThinProvisioned').tells('ThinProvisioned').at(7),
  volumeName: string().omitEmpty().at(8),
  fsType: string().whenEmpty('xfs').tells('xfs').at(9),
  readOnly: boolean().omitEmpty().at(10),
})
  .named('io.k8s.api.core.v1.ScaleIOPersistentVolumeSource')
  .doc('A persistent volume of ScaleIO.');

export const storageOsPersistentVolumeSource = object({
  volumeName: string().omitEmpty().at(1),
  volumeNamespace: string().omitEmpty().at(2),
  fsType: string().omitEmpty().at(3),
  readOnly: boolean().omitEmpty().at(4),
  secretRef: objectReference.optional().at(5),
})
  .named('io.k8s.api.core.v1.StorageOSPersistentVolumeSource')
  .doc('A persistent volume of StorageOS.');

export const csiPersistentVolumeSource = object({
  driver: string().at(1),
  volumeHandle: string().at(2),
  readOnly: boolean().omitEmpty().at(3),
  fsType: string().omitEmpty().at(4),
  volumeAttributes: map(string()).omitEmpty().at(5),
  controllerPublishSecretRef: secretReference.optional().at(6),
  nodeStageSecretRef: secretReference.optional().at(7),
  nodePublishSecretRef: secretReference.optional().at(8),
  controllerExpandSecretRef: secretReference.optional().at(9),
  nodeExpandSecretRef: secretReference.optional().at(10),
})
  .named('io.k8s.api.core.v1.CSIPersistentVolumeSource')
  .doc('A persistent volume of CSI.');

export const localVolumeSource = object({
  path: string().doc('The path.').at(1),
  fsType: string().optional().doc('What it is formatted with, where it is a disk.').at(2),
})
  .named('io.k8s.api.core.v1.LocalVolumeSource')
  .doc('A directory or disk of one node.');
export type LocalVolumeSource = Stored<typeof localVolumeSource>;

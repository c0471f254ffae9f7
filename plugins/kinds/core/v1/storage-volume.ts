import { localObjectReference } from './local-object-reference.ts';
import { type Stored, boolean, int32, list, object, string } from '../../../../src/schema/schema.ts';

export const storageOsVolumeSource = object({
  volumeName: string().omitEmpty().at(1),
  volumeNamespace: string().omitEmpty().at(2),
  fsType: string().omitEmpty().at(3),
  readOnly: boolean().omitEmpty().at(4),
  secretRef: localObjectReference.optional().at(5),
})
  .named('io.k8s.api.core.v1.StorageOSVolumeSource')
  .doc('A volume of StorageOS.');
export type StorageOSVolumeSource = Stored<typeof storageOsVolumeSource>;

export const scaleIoVolumeSource = object({
  gateway: string().at(1),
  system: string().at(2),
  secretRef: localObjectReference.at(3),
  sslEnabled: boolean().omitEmpty().at(4),
  protectionDomain: string().omitEmpty().at(5),
  storagePool: string().omitEmpty().at(6),
  storageMode: string().whenEmpty('ThinProvisioned').tells('ThinProvisioned').at(7),
  volumeName: string().omitEmpty().at(8),
  fsType: string().whenEmpty('xfs').tells('xfs').at(9),
  readOnly: boolean().omitEmpty().at(10),
})
  .named('io.k8s.api.core.v1.ScaleIOVolumeSource')
  .doc('A volume of ScaleIO.');
export type ScaleIOVolumeSource = Stored<typeof scaleIoVolumeSource>;

export const portworxVolumeSource = object({
  volumeID: string().at(1),
  fsType: string().omitEmpty().at(2),
  readOnly: boolean().omitEmpty().at(3),
})
  .named('io.k8s.api.core.v1.PortworxVolumeSource')
  .doc('A volume of Portworx.');
export type PortworxVolumeSource = Stored<typeof portworxVolumeSource>;

export const photonPersistentDiskVolumeSource = object({
  pdID: string().at(1),
  fsType: string().omitEmpty().at(2),
})
  .named('io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource')
  .doc('A volume of PhotonPersistentDisk.');
export type PhotonPersistentDiskVolumeSource = Stored<typeof photonPersistentDiskVolumeSource>;

export const quobyteVolumeSource = object({
  registry: string().byRule().at(1),
  volume: string().at(2),
  readOnly: boolean().omitEmpty().at(3),
  user: string().omitEmpty().at(4),
  group: string().omitEmpty().at(5),
  tenant: string().omitEmpty().at(6),
})
  .named('io.k8s.api.core.v1.QuobyteVolumeSource')
  .doc('A volume of Quobyte.');
export type QuobyteVolumeSource = Stored<typeof quobyteVolumeSource>;

export const fcVolumeSource = object({
  targetWWNs: list(string()).omitEmpty().at(1),
  lun: int32().optional().at(2),
  fsType: string().omitEmpty().at(3),
  readOnly: boolean().omitEmpty().at(4),
  wwids: list(string()).omitEmpty().at(5),
})
  .named('io.k8s.api.core.v1.FCVolumeSource')
  .doc('A volume of FC.');
export type FCVolumeSource = Stored<typeof fcVolumeSource>;

export const cephFSVolumeSource = object({
  monitors: list(string()).at(1),
  path: string().omitEmpty().at(2),
  user: string().omitEmpty().at(3),
  secretFile: string().omitEmpty().at(4),
  secretRef: localObjectReference.optional().at(5),
  readOnly: boolean().omitEmpty().at(6),
})
  .named('io.k8s.api.core.v1.CephFSVolumeSource')
  .doc('A volume of CephFS.');
export type CephFSVolumeSource = Stored<typeof cephFSVolumeSource>;

export const rbdVolumeSource = object({
  monitors: list(string()).at(1),
  image: string().at(2),
  fsType: string().omitEmpty().at(3),
  pool: string().whenEmpty('rbd').tells('rbd').at(4),
  user: string().whenEmpty('admin').tells('admin').at(5),
  keyring: string().whenEmpty('/etc/ceph/keyring').tells('/etc/ceph/keyring').at(6),
  secretRef: localObjectReference.optional().at(7),
  readOnly: boolean().omitEmpty().at(8),
})
  .named('io.k8s.api.core.v1.RBDVolumeSource')
  .doc('A volume of RBD.');
export type RBDVolumeSource = Stored<typeof rbdVolumeSource>;

export const glusterfsVolumeSource = object({
  endpoints: string().at(1),
  path: string().at(2),
  readOnly: boolean().omitEmpty().at(3),
})
  .named('io.k8s.api.core.v1.GlusterfsVolumeSource')
  .doc('A volume of Glusterfs.');
export type GlusterfsVolumeSource = Stored<typeof glusterfsVolumeSource>;

export const iscsiVolumeSource = object({
  targetPortal: string().at(1),
  iqn: string().at(2),
  lun: int32().zero().at(3),
  iscsiInterface: string().whenEmpty('default').tells('default').at(4),
  fsType: string().omitEmpty().at(5),
  readOnly: boolean().omitEmpty().at(6),
  portals: list(string()).omitEmpty().at(7),
  chapAuthDiscovery: boolean().omitEmpty().at(8),
  chapAuthSession: boolean().omitEmpty().at(11),
  secretRef: localObjectReference.optional().at(10),
  initiatorName: string().optional().at(12),
})
  .named('io.k8s.api.core.v1.ISCSIVolumeSource')
  .doc('A volume of ISCSI.');
export type ISCSIVolumeSource = Stored<typeof iscsiVolumeSource>;

export const nfsVolumeSource = object({
  server: string().at(1),
  path: string().at(2),
  readOnly: boolean().omitEmpty().at(3),
})
  .named('io.k8s.api.core.v1.NFSVolumeSource')
  .doc('A volume of NFS.');
export type NFSVolumeSource = Stored<typeof nfsVolumeSource>;

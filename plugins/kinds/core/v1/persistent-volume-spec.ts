import {
  awsElasticBlockStoreVolumeSource,
  azureDiskVolumeSource,
  flockerVolumeSource,
  gcePersistentDiskVolumeSource,
  vsphereVirtualDiskVolumeSource,
} from './cloud-volume.ts';
import { hostPathVolumeSource } from './volume.ts';
import { nodeSelector } from './node-selector.ts';
import { objectReference } from './object-reference.ts';
import {
  azureFilePersistentVolumeSource,
  cephFSPersistentVolumeSource,
  cinderPersistentVolumeSource,
  csiPersistentVolumeSource,
  flexPersistentVolumeSource,
  glusterfsPersistentVolumeSource,
  iscsiPersistentVolumeSource,
  localVolumeSource,
  rbdPersistentVolumeSource,
  scaleIoPersistentVolumeSource,
  storageOsPersistentVolumeSource,
} from './persistent-disk.ts';
import { resourceList } from './resource-list.ts';
import {
  fcVolumeSource,
  nfsVolumeSource,
  photonPersistentDiskVolumeSource,
  portworxVolumeSource,
  quobyteVolumeSource,
} from './storage-volume.ts';
import { type Stored, embedded, list, object, oneOf, string, time } from '../../../../src/schema/schema.ts';

export const volumeNodeAffinity = object({
  required: nodeSelector.optional().doc('Nodes it can be mounted on.').at(1),
})
  .named('io.k8s.api.core.v1.VolumeNodeAffinity')
  .doc('Where a volume can be mounted.');
export type VolumeNodeAffinity = Stored<typeof volumeNodeAffinity>;

/** Of several only the first is looked into; see `validatePersistentVolume`. */
export const persistentVolumeSourceProps = {
  hostPath: hostPathVolumeSource.optional().byRule().doc('A path of the node.').at(3),
  gcePersistentDisk: gcePersistentDiskVolumeSource.optional().byRule().at(1),
  awsElasticBlockStore: awsElasticBlockStoreVolumeSource.optional().byRule().at(2),
  glusterfs: glusterfsPersistentVolumeSource.optional().byRule().at(4),
  flocker: flockerVolumeSource.optional().byRule().at(11),
  nfs: nfsVolumeSource.optional().byRule().doc('A share of an NFS server.').at(5),
  rbd: rbdPersistentVolumeSource.optional().byRule().at(6),
  quobyte: quobyteVolumeSource.optional().byRule().at(15),
  cephfs: cephFSPersistentVolumeSource.optional().byRule().at(9),
  iscsi: iscsiPersistentVolumeSource.optional().byRule().doc('An iSCSI disk.').at(7),
  cinder: cinderPersistentVolumeSource.optional().byRule().at(8),
  fc: fcVolumeSource.optional().byRule().at(10),
  flexVolume: flexPersistentVolumeSource.optional().byRule().at(12),
  azureFile: azureFilePersistentVolumeSource.optional().byRule().at(13),
  vsphereVolume: vsphereVirtualDiskVolumeSource.optional().byRule().at(14),
  photonPersistentDisk: photonPersistentDiskVolumeSource.optional().byRule().at(17),
  portworxVolume: portworxVolumeSource.optional().byRule().at(18),
  azureDisk: azureDiskVolumeSource.optional().byRule().at(16),
  scaleIO: scaleIoPersistentVolumeSource.optional().byRule().at(19),
  local: localVolumeSource.optional().byRule().doc('A directory or disk of one node.').at(20),
  storageos: storageOsPersistentVolumeSource.optional().byRule().at(21),
  csi: csiPersistentVolumeSource.optional().byRule().doc('A volume of a CSI driver.').at(22),
};

export const persistentVolumeSource = object(persistentVolumeSourceProps)
  .named('io.k8s.api.core.v1.PersistentVolumeSource')
  .doc('What a volume is made from.');

const persistentVolumeSpecProps = {
  accessModes: list(oneOf('ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod').byRule())
    .omitEmpty()
    .doc('How it can be mounted.')
    .at(3),
  capacity: resourceList.omitEmpty().doc('How much it holds.').at(1),
  persistentVolumeReclaimPolicy: oneOf('Delete', 'Recycle', 'Retain')
    .whenEmpty('Retain')
    .doc('What becomes of it when its claim is gone.')
    .at(5),
  nodeAffinity: volumeNodeAffinity.optional().byRule().doc('Where it can be mounted.').at(9),
  ...embedded(2, persistentVolumeSourceProps, 'PersistentVolumeSource'),
  claimRef: objectReference.granular().optional().doc('The claim it is bound to.').at(4),
  storageClassName: string().omitEmpty().doc('Class it belongs to.').at(6),
  mountOptions: list(string()).omitEmpty().doc('Options of its mount.').at(7),
  volumeMode: oneOf('Block', 'Filesystem').default('Filesystem').doc('Block or Filesystem.').at(8),
  volumeAttributesClassName: string().optional().at(10),
};

export const persistentVolumeSpec = object(persistentVolumeSpecProps)
  .named('io.k8s.api.core.v1.PersistentVolumeSpec')
  .doc('What a volume is.');
export type PersistentVolumeSpec = Stored<typeof persistentVolumeSpec>;

/** A volume that is no object of its own: nothing is filled in, and what it may say is judged by other rules. */
export const inlineVolumeSpec = object({
  ...persistentVolumeSpecProps,
  persistentVolumeReclaimPolicy: string().choices('Delete', 'Recycle', 'Retain').omitEmpty().at(5),
  volumeMode: string().choices('Block', 'Filesystem').optional().at(8),
})
  .named('io.k8s.api.core.v1.PersistentVolumeSpec')
  .doc('What a volume is.');
export type InlineVolumeSpec = Stored<typeof inlineVolumeSpec>;

export const persistentVolumeStatus = object({
  phase: oneOf('Available', 'Bound', 'Failed', 'Pending', 'Released')
    .byRule()
    .whenEmpty('Pending')
    .doc('Available, Bound, Failed, Pending or Released.')
    .at(1),
  message: string().omitEmpty().doc('Why, for people.').at(2),
  reason: string().omitEmpty().doc('Why, in one word.').at(3),
  lastPhaseTransitionTime: time().optional().doc('When the phase changed last.').at(4),
})
  .named('io.k8s.api.core.v1.PersistentVolumeStatus')
  .doc('How a volume is.');
export type PersistentVolumeStatus = Stored<typeof persistentVolumeStatus>;

import { join } from 'node:path';
import { messageOf } from '../../src/base/message-of.ts';
import type { Files } from '../../src/base/world.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import { defineController, reads, type Controller } from '../../src/sdk/controller.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import { storageClassOf } from '../kinds/core/v1/storage-class-of.ts';
import { isBound, PROVISIONED_BY, reaches, SELECTED_NODE } from '../kinds/core/v1/volume-binding.ts';
import { StorageClass } from '../kinds/storage/v1/storage-class.ts';

export const PROVISIONER = 'tiphys.dev/local-path';

export interface LocalPathOptions {
  readonly files: Files;
  /** Holds a folder for each volume. */
  readonly folder: string;
  readonly nodeName: string;
}

const HOSTNAME = 'kubernetes.io/hostname';

/** Makes a folder of this node for each claim that its first pod brought here. */
export const localPathProvisioner = ({ files, folder, nodeName }: LocalPathOptions): Controller =>
  defineController({
    name: 'local-path-provisioner',
    primary: PersistentVolumeClaim,
    reads: [reads(StorageClass), reads(PersistentVolume), reads(Node)],
    writes: [PersistentVolume.can('create')],
    concerns: claim => isWaiting(claim) && claim.metadata.annotations?.[SELECTED_NODE] === nodeName,
    async reconcile({ object: claim, caches, client, event }) {
      const storageClass = caches.of(StorageClass).get(storageClassOf(claim));
      const node = caches.of(Node).get(nodeName);
      if (storageClass?.provisioner !== PROVISIONER || node === undefined) return {};
      const { name: claimName, namespace = '', uid } = claim.metadata;
      const name = `pvc-${uid}`;
      if (caches.of(PersistentVolume).get(name) !== undefined) return {};
      if (claim.spec.volumeMode === 'Block') {
        event('Warning', 'ProvisioningFailed', `${PROVISIONER} makes folders, not block devices`);
        return {};
      }
      const path = join(folder, `${name}_${namespace}_${claimName}`);
      try {
        await files.mkdir(path, { recursive: true });
        // Whoever a container runs as may write: who may use the volume is the claim's business.
        await files.chmod(path, 0o777);
        await client.create(PersistentVolume, {
          metadata: { name, annotations: { [PROVISIONED_BY]: PROVISIONER } },
          spec: {
            capacity: { storage: claim.spec.resources.requests?.['storage'] ?? '0' },
            accessModes: claim.spec.accessModes ?? [],
            persistentVolumeReclaimPolicy: storageClass.reclaimPolicy,
            storageClassName: storageClass.metadata.name,
            volumeMode: 'Filesystem',
            hostPath: { path, type: 'DirectoryOrCreate' },
            nodeAffinity: { required: { nodeSelectorTerms: [termFor(node)] } },
            claimRef: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name: claimName, uid },
          },
        });
      } catch (error) {
        if (isStatusError(error, 'AlreadyExists')) return {};
        const message = messageOf(error);
        event(
          'Warning',
          'ProvisioningFailed',
          `failed to provision volume with StorageClass "${storageClass.metadata.name}": ${message}`,
        );
        throw error;
      }
      event('Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${name}`);
      return {};
    },
  });

const isWaiting = (claim: PersistentVolumeClaim): boolean =>
  !isBound(claim) && (claim.spec.volumeName ?? '') === '' && claim.metadata.deletionTimestamp === undefined;

/** By its host name, as everybody has it; by its own name where it has none. */
function termFor({ metadata: { name, labels = {} } }: Node) {
  const hostname = labels[HOSTNAME];
  return hostname === undefined
    ? { matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: [name] }] }
    : { matchExpressions: [{ key: HOSTNAME, operator: 'In' as const, values: [hostname] }] };
}

/** Deletes what was made here once its claim is gone, unless it is to be kept. */
export const localPathDeleter = ({ files, folder, nodeName }: LocalPathOptions): Controller =>
  defineController({
    name: 'local-path-deleter',
    primary: PersistentVolume,
    reads: [reads(Node)],
    writes: [PersistentVolume.can('delete')],
    concerns: isOver,
    async reconcile({ object: volume, caches, client, event }) {
      const node = caches.of(Node).get(nodeName);
      const { name, uid } = volume.metadata;
      if (node === undefined || !reaches(volume, { name: nodeName, labels: node.metadata.labels ?? {} })) return {};
      const path = volume.spec.hostPath?.path ?? '';
      const base = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : '';
      // Nothing outside of the folder is ever deleted, whatever a volume says.
      if (base === '' || base.includes('/') || base === '.' || base === '..') {
        event('Warning', 'VolumeFailedDelete', `${path} is not a folder that ${PROVISIONER} made`);
        return {};
      }
      await files.rm(path, { recursive: true, force: true });
      try {
        await client.delete(PersistentVolume, { name }, { preconditions: { uid } });
      } catch (error) {
        if (!isStatusError(error, 'NotFound')) throw error;
      }
      return {};
    },
  });

const isOver = ({ metadata, spec, status }: PersistentVolume): boolean =>
  metadata.annotations?.[PROVISIONED_BY] === PROVISIONER &&
  spec.persistentVolumeReclaimPolicy === 'Delete' &&
  status.phase === 'Released' &&
  metadata.deletionTimestamp === undefined;

import { failedWith } from '../../../src/base/failed-with.ts';
import type { Files } from '../../../src/base/world.ts';
import type { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import { persistentVolumeSourceProps } from '../../kinds/core/v1/persistent-volume-spec.ts';
import { prepareHostPath } from './host-path.ts';
import { VolumeError } from './volume-error.ts';

/** Where a persistent volume is on this node. */
export interface PersistentPlace {
  readonly path: string;
  /** It is one node's own, and takes on the group of the pod. */
  readonly isLocal: boolean;
}

/** Readies a volume of this node; other kinds nobody here can mount. */
export async function readyPersistentVolume(files: Files, { spec }: PersistentVolume): Promise<PersistentPlace> {
  if (spec.volumeMode === 'Block') throw new VolumeError('Unsupported', 'block devices are not supported by this node');
  const { hostPath, local } = spec;
  if (hostPath !== undefined) {
    await prepareHostPath(files, hostPath.path, hostPath.type);
    return { path: hostPath.path, isLocal: false };
  }
  if (local !== undefined) {
    const found = await files.stat(local.path).catch((error: unknown) => {
      if (failedWith(error, 'ENOENT')) throw new VolumeError('NotFound', `path "${local.path}" does not exist`);
      throw error;
    });
    if (found.isDirectory()) return { path: local.path, isLocal: true };
    throw new VolumeError('WrongType', `path "${local.path}" is not a directory`);
  }
  const kind = Object.keys(spec).find(name => name in persistentVolumeSourceProps) ?? 'unknown';
  throw new VolumeError('Unsupported', `volumes of type ${kind} are not supported by this node`);
}

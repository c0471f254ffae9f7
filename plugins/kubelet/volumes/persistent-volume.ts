import { failedWith, presentOr } from '../../../src/base/failed-with.ts';
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

/** Where a block device of this node is. */
export async function localDevice(files: Files, { metadata, spec }: PersistentVolume): Promise<string> {
  const { local } = spec;
  if (local === undefined)
    throw unmapped(
      metadata.name,
      'FindMapperPluginBySpec',
      'failed to find BlockVolumeMapper plugin. Volume plugin is nil.',
    );
  const found = await presentOr(undefined, () => files.stat(local.path));
  if (found?.isBlockDevice() === true) return local.path;
  const problem = found === undefined ? 'does not exist' : 'is not a block device';
  throw unmapped(metadata.name, 'MapPodDevice', `path "${local.path}" ${problem}`);
}

const unmapped = (name: string, step: string, problem: string): VolumeError =>
  new VolumeError('Map', `MapVolume.${step} failed for volume "${name}" : ${problem}`);

/** Readies a file system of this node; other kinds nobody here can mount. */
export async function readyPersistentVolume(files: Files, { spec }: PersistentVolume): Promise<PersistentPlace> {
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

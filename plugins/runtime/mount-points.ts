import { join } from 'node:path';
import type { FilesNative } from '../../native/files.ts';
import { directoryStep, fileStep, type FileStep } from '../../src/base/file-steps.ts';
import type { Mount } from './contract.ts';

const FOLDERS = ['/dev', '/proc', '/sys'];
const NAME_FILES = ['/etc/hosts', '/etc/hostname', '/etc/resolv.conf'];
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
/** In most images /var/run is a link to /run. */
const TOKEN_FOLDERS = [SERVICE_ACCOUNT, '/run/secrets/kubernetes.io/serviceaccount'];

/**
 * Empty files and folders to mount on, as a layer below an image's own: what the image has, or has deleted, wins.
 * All containers share it. Made anew in each writable layer they would cost more than the mounts themselves: where
 * much was deleted of late, ext4 looks through it for every new inode. A container sees none that it mounts nothing
 * on, but the second of the two folders that a token may be mounted on.
 */
export class MountPoints {
  readonly #native: FilesNative;
  readonly #directory: string;
  readonly #made = new Map<string, Promise<string>>();

  constructor(native: FilesNative, directory: string) {
    this.#native = native;
    this.#directory = directory;
  }

  /** The layer for a container with these mounts. */
  layerFor(mounts: readonly Mount[]): Promise<string> {
    const hasNames = NAME_FILES.every(path => mounts.some(({ target, isFile }) => target === path && isFile === true));
    const hasToken = mounts.some(mount => mount.target === SERVICE_ACCOUNT && mount.isFile === false);
    const name = ['kernel', ...(hasNames ? ['names'] : []), ...(hasToken ? ['token'] : [])].join('-');
    const layer = this.#made.get(name) ?? this.#make(name, hasNames, hasToken);
    this.#made.set(name, layer);
    return layer;
  }

  async #make(name: string, hasNames: boolean, hasToken: boolean): Promise<string> {
    const layer = join(this.#directory, name);
    const folder = (path: string): FileStep => directoryStep(join(layer, path), 0o755);
    try {
      await this.#native.makeFiles([
        // What lies in it is open to everybody, as it has to be in a container, and nobody gets there.
        directoryStep(this.#directory, 0o700),
        ...FOLDERS.map(folder),
        ...(hasNames ? [folder('/etc'), ...NAME_FILES.map(path => fileStep(join(layer, path), '', 0o644))] : []),
        ...(hasToken ? TOKEN_FOLDERS.map(folder) : []),
      ]);
    } catch (error) {
      this.#made.delete(name);
      throw error;
    }
    return layer;
  }
}

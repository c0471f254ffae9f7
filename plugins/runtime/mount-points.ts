import { join, posix } from 'node:path';
import type { FilesNative } from '../../native/files.ts';
import { failedWith } from '../../src/base/failed-with.ts';
import { directoryStep, fileStep, type FileStep } from '../../src/base/file-steps.ts';
import { LruMap } from '../../src/base/lru-map.ts';
import type { Files } from '../../src/base/world.ts';
import type { Mount } from './contract.ts';
import { LIMITS } from './limits.ts';

const FOLDERS = ['/dev', '/proc', '/sys'];
const NAME_FILES = ['/etc/hosts', '/etc/hostname', '/etc/resolv.conf'];
const IN_RUN = 'secrets/kubernetes.io/serviceaccount';
const SERVICE_ACCOUNT = `/var/run/${IN_RUN}`;

/**
 * Empty files and folders to mount on, as a layer below an image's own: what the image has, or has deleted, wins.
 * All containers share it. Made anew in each writable layer they would cost more than the mounts themselves: where
 * much was deleted of late, ext4 looks through it for every new inode. A container sees none that it mounts nothing
 * on.
 */
export class MountPoints {
  readonly #native: FilesNative;
  readonly #files: Pick<Files, 'readlink'>;
  readonly #directory: string;
  readonly #made = new Map<string, Promise<string>>();
  /** Where `/var/run` is, by the layers of an image, which do not change. */
  readonly #runs = new LruMap<string, Promise<RunFolder>>(LIMITS.knownImages);

  constructor(native: FilesNative, files: Pick<Files, 'readlink'>, directory: string) {
    this.#native = native;
    this.#files = files;
    this.#directory = directory;
  }

  /** The layer for a container with these mounts over these layers, the uppermost first. */
  async layerFor(mounts: readonly Mount[], lowerDirs: readonly string[]): Promise<string> {
    const hasNames = NAME_FILES.every(path => mounts.some(({ target, isFile }) => target === path && isFile === true));
    const hasToken = mounts.some(mount => mount.target === SERVICE_ACCOUNT && mount.isFile === false);
    const run = hasToken ? await this.#runOf(lowerDirs) : undefined;
    const name = ['kernel', ...(hasNames ? ['names'] : []), ...(run === undefined ? [] : [`token${run}`])]
      .join('-')
      .replaceAll('/', '.');
    const layer = this.#made.get(name) ?? this.#make(name, hasNames, run);
    this.#made.set(name, layer);
    return layer;
  }

  async #make(name: string, hasNames: boolean, run: RunFolder | undefined): Promise<string> {
    const layer = join(this.#directory, name);
    const folder = (path: string): FileStep => directoryStep(join(layer, path), 0o755);
    try {
      await this.#native.makeFiles([
        // What lies in it is open to everybody, as it has to be in a container, and nobody gets there.
        directoryStep(this.#directory, 0o700),
        ...FOLDERS.map(folder),
        ...(hasNames ? [folder('/etc'), ...NAME_FILES.map(path => fileStep(join(layer, path), '', 0o644))] : []),
        ...(run === undefined ? [] : [folder(`${run}/${IN_RUN}`)]),
      ]);
    } catch (error) {
      this.#made.delete(name);
      throw error;
    }
    return layer;
  }

  #runOf(lowerDirs: readonly string[]): Promise<RunFolder> {
    const key = lowerDirs.join(':');
    const known = this.#runs.get(key) ?? runFolder(this.#files, lowerDirs);
    this.#runs.set(key, known);
    return known;
  }
}

type RunFolder = '/run' | '/var/run';

/** In most images `/var/run` is a link to `/run`. */
async function runFolder(files: Pick<Files, 'readlink'>, lowerDirs: readonly string[]): Promise<RunFolder> {
  for (const layer of lowerDirs) {
    try {
      return posix.resolve('/var', await files.readlink(join(layer, 'var/run'))) === '/run' ? '/run' : '/var/run';
    } catch (error) {
      if (!failedWith(error, 'ENOENT')) return '/var/run';
    }
  }
  return '/var/run';
}

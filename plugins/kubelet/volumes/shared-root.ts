import { join } from 'node:path';
import type { FilesNative } from '../../../native/files.ts';
import type { KubeletNative } from '../../../native/kubelet.ts';
import { TurnsByKey } from '../../../src/base/turns-by-key.ts';
import type { Files } from '../../../src/base/world.ts';
import type { Mount } from '../../runtime/contract.ts';
import { ContainerConfigError } from '../container/container-config-error.ts';
import { isBeneath, isOnItself, mountAt, mountsBeneath, readMountTable } from './mount-table.ts';

export interface SharedRootDeps {
  readonly world: { readonly files: Pick<Files, 'mkdir' | 'realpath'> };
  readonly native: Pick<KubeletNative, 'shareFolder'> & Pick<FilesNative, 'readBounded'>;
  /** The kubelet's folder. */
  readonly root: string;
}

/**
 * Has containers share mounts with the node where they ask for it. The kernel lets them only where the folder lies on a
 * mount that is shared already: the kubelet's folder, in which drivers mount volumes, is made one when a container
 * first needs that, and left alone on nodes where all is shared.
 */
export class SharedRoot {
  readonly #deps: SharedRootDeps;
  readonly #turns = new TurnsByKey();

  constructor(deps: SharedRootDeps) {
    this.#deps = deps;
  }

  /** Throws `ContainerConfigError`, in upstream's words, where a mount could not be shared. */
  async admit(mounts: readonly Mount[]): Promise<void> {
    const sharing = mounts.filter(({ propagation, layers }) => propagation !== 'private' && layers === undefined);
    if (sharing.length === 0) return;
    await this.#turns.take('', async () => {
      for (const mount of sharing) await this.#admit(mount);
    });
  }

  async #admit({ source, subPath = '', propagation }: Mount): Promise<void> {
    const { native, world } = this.#deps;
    const place = await world.files.realpath(join(source, subPath)).catch(() => undefined);
    // One that is not there the runtime tells of.
    if (place === undefined) return;
    const found = mountAt(await readMountTable(native), place);
    if (found === undefined || found.isShared || (await this.#share(place)) || propagation !== 'rshared') return;
    throw new ContainerConfigError(
      'CreateContainerError',
      `failed to generate spec: path "${source}" is mounted on "${found.path}" but it is not a shared mount`,
    );
  }

  /** Whether `place` is shared now. What is mounted below the folder already would be hidden, and is not. */
  async #share(place: string): Promise<boolean> {
    const { native, root, world } = this.#deps;
    await world.files.mkdir(root, { recursive: true, mode: 0o750 });
    const folder = await world.files.realpath(root);
    if (!isBeneath(place, folder)) return false;
    if ((await mountsBeneath(native, folder)).some(path => path !== folder)) return false;
    native.shareFolder(folder);
    return true;
  }
}

/** Undoes it, once nothing is mounted below the folder any more; what somebody else mounted there stays. */
export async function unshareRoot(
  native: Pick<KubeletNative, 'unmount'> & Pick<FilesNative, 'readBounded'>,
  root: string,
): Promise<void> {
  const table = await readMountTable(native);
  if (mountAt(table, root)?.isShared === true && isOnItself(table, root)) native.unmount(root);
}

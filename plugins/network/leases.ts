import { join } from 'node:path';
import { removeTrees } from '../../native/remove-trees.ts';
import type { FilesNative } from '../../native/files.ts';
import { fileStep } from '../../src/base/file-steps.ts';
import type { Files } from '../../src/base/world.ts';
import type { AddressPool } from './address-pool.ts';
import { limits } from './limits.ts';

export interface Lease {
  readonly podUid: string;
  readonly link: string;
}

/**
 * Leases on disk, one file an address (`leases/10.42.0.7`), so that a pod keeps its address when the daemon is
 * killed. Not synced: what a power cut takes, it takes from the pods too.
 */
export class LeaseFiles {
  readonly #files: Files;
  readonly #native: FilesNative;
  readonly #directory: string;

  constructor(files: Files, native: FilesNative, networkDir: string) {
    this.#files = files;
    this.#native = native;
    this.#directory = join(networkDir, 'leases');
  }

  /** Fills `pool`; a file that is torn, or outside the pool, is no lease and goes. */
  async load(pool: AddressPool): Promise<Map<string, Lease & { readonly podIp: string }>> {
    await this.#files.mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const found = new Map<string, Lease & { readonly podIp: string }>();
    for (const podIp of await this.#files.readdir(this.#directory)) {
      const lease = await this.#read(podIp);
      if (lease !== undefined && pool.restore(lease.podUid, podIp)) found.set(lease.podUid, { ...lease, podIp });
      else await this.remove(podIp);
    }
    return found;
  }

  async write(podIp: string, lease: Lease): Promise<void> {
    await this.#native.makeFiles([fileStep(join(this.#directory, podIp), JSON.stringify(lease), 0o600)]);
  }

  async remove(podIp: string): Promise<void> {
    await removeTrees(this.#native, [join(this.#directory, podIp)]);
  }

  async #read(podIp: string): Promise<Lease | undefined> {
    const path = join(this.#directory, podIp);
    if ((await this.#files.stat(path)).size > limits.leaseFileBytes) return undefined;
    return parseLease(await this.#files.readFile(path, 'utf8'));
  }
}

/** Empty or half a text is what a crash in the middle of a write leaves. */
function parseLease(text: string): Lease | undefined {
  const match = /^\{"podUid":"([^"\\]+)","link":"([^"\\]+)"\}$/.exec(text);
  const [, podUid, link] = match ?? [];
  return podUid === undefined || link === undefined ? undefined : { podUid, link };
}

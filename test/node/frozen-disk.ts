import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A small ext4 on a loop device: while it is frozen, whoever writes to it cannot even be killed. */
export class FrozenDisk implements AsyncDisposable {
  readonly #folder: string;
  readonly mountPoint: string;
  #isFrozen = false;

  private constructor(folder: string) {
    this.#folder = folder;
    this.mountPoint = join(folder, 'disk');
  }

  static async mount(): Promise<FrozenDisk> {
    const disk = new FrozenDisk(await mkdtemp(join(tmpdir(), 'tiphys-disk-')));
    const image = join(disk.#folder, 'image');
    try {
      await run('truncate', ['-s', '16M', image]);
      await run('mkfs.ext4', ['-q', '-F', image]);
      await run('mkdir', [disk.mountPoint]);
      await run('mount', ['-o', 'loop', image, disk.mountPoint]);
      return disk;
    } catch (error) {
      await rm(disk.#folder, { recursive: true, force: true });
      throw error;
    }
  }

  async freeze(): Promise<void> {
    this.#isFrozen = true;
    await run('fsfreeze', ['--freeze', this.mountPoint]);
  }

  async thaw(): Promise<void> {
    if (this.#isFrozen) await run('fsfreeze', ['--unfreeze', this.mountPoint]);
    this.#isFrozen = false;
  }

  /** Also after a failure in between: thawed, unmounted, its loop device let go and its file deleted. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.thaw().catch(() => undefined);
    const mounted = async (): Promise<boolean> =>
      (await readFile('/proc/self/mountinfo', 'utf8')).includes(` ${this.mountPoint} `);
    // Lazily, should something still use it; the loop device goes with the last user.
    if (await mounted()) await run('umount', ['--lazy', this.mountPoint]);
    await rm(this.#folder, { recursive: true, force: true });
  }
}

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { failedWith } from '../../src/base/failed-with.ts';

const run = promisify(execFile);
const MIB = 1024 * 1024;

/** A file system of a few megabytes that a test fills to its last byte. */
export class SmallDisk implements AsyncDisposable {
  readonly folder: string;
  readonly mountPoint: string;

  private constructor(folder: string, inFolder: string) {
    this.folder = folder;
    this.mountPoint = join(folder, inFolder);
  }

  /** In a new folder, which is the file system itself where `inFolder` is empty. */
  static async mount(mebibytes: number, inFolder = ''): Promise<SmallDisk> {
    const disk = new SmallDisk(await mkdtemp(join(tmpdir(), 'tiphys-full-')), inFolder);
    await mkdir(disk.mountPoint, { recursive: true });
    await run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=755`, 'tiphys-full', disk.mountPoint]);
    return disk;
  }

  get #ballast(): string {
    return join(this.mountPoint, 'ballast');
  }

  /** Takes every byte that is left but `leave`. */
  async fill(leave = 0): Promise<void> {
    await using file = await open(this.#ballast, 'a');
    for (let size = MIB; size >= 4096; ) {
      try {
        const { bytesWritten } = await file.write(Buffer.alloc(size, 'x'));
        if (bytesWritten < size) size /= 2;
      } catch (error) {
        if (!failedWith(error, 'ENOSPC')) throw error;
        size /= 2;
      }
    }
    if (leave > 0) await file.truncate(Math.max(0, (await file.stat()).size - leave));
  }

  makeRoom(): Promise<void> {
    return rm(this.#ballast);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run('umount', ['-l', this.mountPoint]);
    await rm(this.folder, { recursive: true, force: true });
  }
}

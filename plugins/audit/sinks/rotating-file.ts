import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { presentOr } from '../../../src/base/failed-with.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { backupName } from './backup-names.ts';
import { lengthOf } from '../event.ts';
import type { Appended, Line, LogOutput } from './log-output.ts';
import { afterTorn } from './plain-output.ts';
import type { Rotation } from './rotation.ts';
import { tidyBackups } from './tidy-backups.ts';
import { writeLines } from './write-lines.ts';

/**
 * A file that is put aside before a line would make it too large; what was put aside is named, kept and removed as
 * lumberjack does, which is what upstream writes with.
 */
export class RotatingFile implements LogOutput {
  readonly #world: Pick<World, 'clock' | 'files'>;
  readonly #log: Logger;
  readonly #rotation: Rotation;
  #open: OpenFile | undefined;
  #isTorn = false;
  #isTidy = true;
  #tidying: Promise<void> | undefined;

  constructor(world: Pick<World, 'clock' | 'files'>, log: Logger, rotation: Rotation) {
    this.#world = world;
    this.#log = log;
    this.#rotation = rotation;
  }

  async append(lines: readonly Line[]): Promise<Appended> {
    const { maxBytes } = this.#rotation;
    let written = 0;
    try {
      while (written < lines.length) {
        const first = lengthOf(lines[written]);
        if (first > maxBytes) {
          return { written, error: new Error(`write length ${first} exceeds maximum file size ${maxBytes}`) };
        }
        const open = await this.#roomFor(first);
        let to = written;
        for (let size = open.size; to < lines.length; to++) {
          size += lengthOf(lines[to]);
          if (size > maxBytes) break;
        }
        const outcome = await writeLines(open.file, afterTorn(lines.slice(written, to), this.#isTorn));
        open.size += outcome.bytes;
        written += outcome.written;
        this.#isTorn = outcome.isTorn || (this.#isTorn && outcome.bytes === 0);
        if (outcome.error !== undefined) return { written, error: outcome.error };
      }
    } catch (error) {
      return { written, error };
    }
    return { written };
  }

  async close(): Promise<void> {
    await this.#open?.file.close();
    this.#open = undefined;
    await this.#tidying;
  }

  async #roomFor(length: number): Promise<OpenFile> {
    const { path, maxBytes } = this.#rotation;
    const { files } = this.#world;
    if (this.#open === undefined) {
      this.#tidy();
      const size = await presentOr(undefined, async () => (await files.stat(path)).size);
      if (size !== undefined && size + length < maxBytes) {
        this.#open = { file: await files.open(path, 'a', 0o644), size };
      }
    }
    if (this.#open !== undefined && this.#open.size + length <= maxBytes) return this.#open;
    await this.#open?.file.close();
    this.#open = undefined;
    const file = await this.#openNew();
    this.#tidy();
    this.#isTorn = false;
    return (this.#open = { file, size: 0 });
  }

  /** The new one belongs to whom the old one did. */
  async #openNew(): Promise<FileHandle> {
    const { path } = this.#rotation;
    const { files, clock } = this.#world;
    await files.mkdir(dirname(path), { recursive: true, mode: 0o755 });
    const old = await presentOr(undefined, () => files.stat(path));
    if (old === undefined) return files.open(path, 'a', 0o600);
    await files.rename(path, join(dirname(path), backupName(basename(path), clock.now())));
    const file = await files.open(path, 'a', old.mode);
    await file.chown(old.uid, old.gid);
    return file;
  }

  /** Goes on aside; what is put aside meanwhile is seen to as well. */
  #tidy(): void {
    this.#isTidy = false;
    this.#tidying ??= this.#tidyAll();
  }

  async #tidyAll(): Promise<void> {
    while (!this.#isTidy) {
      this.#isTidy = true;
      try {
        await tidyBackups(this.#world, this.#rotation);
      } catch (error) {
        this.#log.warn('old audit logs could not be removed or compressed', { path: this.#rotation.path, error });
      }
    }
    this.#tidying = undefined;
  }
}

interface OpenFile {
  readonly file: FileHandle;
  size: number;
}

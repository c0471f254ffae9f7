import type { FileHandle } from 'node:fs/promises';
import { native } from '../../native/index.ts';
import { readIfPresent, writeDurably } from '../../src/base/durable-file.ts';
import type { World } from '../../src/base/world.ts';
import type { ImageConfig } from './contract.ts';
import type { Digest } from './digest.ts';
import { IMAGE_LIMITS } from './limits.ts';
import type { StorePaths } from './store-paths.ts';

/** The whole of `metadata.json`. Frozen by convention: a change makes a new one. */
export interface Metadata {
  readonly version: 1;
  /** By config digest. */
  readonly images: Readonly<Record<Digest, ImageRecord>>;
  /** Whole names, with a tag or with `@sha256:...`, to config digests. */
  readonly references: Readonly<Record<string, Digest>>;
  /** By chain id. */
  readonly layers: Readonly<Record<Digest, LayerRecord>>;
  /** Archives of the preload folders by path, so that a start does not read again what has not changed. */
  readonly archives: Readonly<Record<string, ArchiveRecord>>;
}

export interface ArchiveRecord {
  /** Size and times of the file. */
  readonly stamp: string;
  /** Whole names to config digests, as the import left them. */
  readonly references: Readonly<Record<string, Digest>>;
}

export interface ImageRecord {
  readonly config: ImageConfig;
  /** Chain ids, bottom first. */
  readonly layers: readonly Digest[];
  /** Manifest and config. */
  readonly blobs: readonly Digest[];
  /** As a registry counts it: the config and the layers as they were sent. */
  readonly sizeBytes: number;
}

export interface LayerRecord {
  readonly bytes: number;
  readonly inodes: number;
  /** Nothing of the layers below shows through. */
  readonly opaqueRoot: boolean;
}

/**
 * The metadata in memory and on disk. Daemon and command line change it under one short lock and read it
 * anew under that lock, so neither can undo the other; the daemon hears of foreign changes by `reload`.
 */
export class MetadataFile {
  readonly #world: World;
  readonly #paths: StorePaths;
  #now: Metadata = EMPTY;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(world: World, paths: StorePaths) {
    this.#world = world;
    this.#paths = paths;
  }

  get now(): Metadata {
    return this.#now;
  }

  /** In turn with changes of this process, so that it never brings back what was before one. */
  reload(): Promise<void> {
    return this.#inTurn(async () => {
      this.#now = await this.#read();
    });
  }

  /**
   * `plan` sees what is on disk; what it returns is durable when this resolves. `within` runs before the
   * lock is released, for moves on disk that must not be seen apart from the change.
   */
  change(plan: (now: Metadata) => Metadata | Promise<Metadata>, within?: () => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      const lock = await this.#acquire();
      try {
        const before = await this.#read();
        const after = await plan(before);
        if (after !== before) await writeDurably(this.#world.files, this.#paths.metadata, JSON.stringify(after), 0o600);
        this.#now = after;
        await within?.();
      } finally {
        await lock.close();
      }
    });
  }

  #inTurn(run: () => Promise<void>): Promise<void> {
    const done = this.#tail.then(run, run);
    this.#tail = done.catch(() => undefined);
    return done;
  }

  async #read(): Promise<Metadata> {
    const text = await readIfPresent(this.#world.files, this.#paths.metadata);
    if (text === undefined) return EMPTY;
    const metadata = JSON.parse(text) as Metadata | { readonly version: unknown };
    if (isCurrent(metadata)) return { ...EMPTY, ...metadata };
    throw new Error(`${this.#paths.metadata} is of version ${JSON.stringify(metadata.version)}, not 1`);
  }

  async #acquire(): Promise<FileHandle> {
    const { clock, files, timers } = this.#world;
    const deadline = clock.monotonicMs() + IMAGE_LIMITS.lockMs;
    const file = await files.open(this.#paths.lock, 'a', 0o600);
    try {
      while (!native().tryLockFile(file.fd)) {
        if (clock.monotonicMs() > deadline) throw new Error(`${this.#paths.lock} is held by another process`);
        await timers.sleep(IMAGE_LIMITS.lockPauseMs);
      }
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }
}

const isCurrent = (metadata: Metadata | { readonly version: unknown }): metadata is Metadata => metadata.version === 1;

const EMPTY: Metadata = { version: 1, images: {}, references: {}, layers: {}, archives: {} };

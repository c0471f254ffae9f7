import { failedWith } from '../../src/base/failed-with.ts';
import { join } from 'node:path';
import { native } from '../../native/index.ts';
import { must } from '../../src/base/must.ts';
import type { World } from '../../src/base/world.ts';
import { ContentError } from './content-error.ts';
import type { Image } from './contract.ts';
import { chainIds, type Digest, digestOf } from './digest.ts';
import { parseConfig } from './manifest.ts';
import { type ImageRecord, type LayerRecord, type Metadata, MetadataFile } from './metadata.ts';
import { type StorePaths, storePaths } from './store-paths.ts';
import { unpackLayer } from './unpack-layer.ts';

/** An image that is complete but for its layers, which are fetched one by one, bottom first. */
export interface IncomingImage {
  readonly configBlob: Buffer;
  /** Absent where the archive has none. */
  readonly manifestBlob: Buffer | undefined;
  readonly sizeBytes: number;
  /** Whole names; none is fine when the image has some already. */
  readonly references: readonly string[];
  readonly layerCount: number;
  /** A file with the layer as it was sent, its digest verified; asked only for layers that are not here yet. */
  layerFile(index: number): Promise<string>;
}

/** What there is on disk. Many may read and adopt at once, in this process and others. */
export class ImageStore {
  readonly paths: StorePaths;
  readonly metadata: MetadataFile;
  readonly #world: World;
  /** Layers being unpacked here, by chain id: two images with the same base unpack it once. */
  readonly #flights = new Map<Digest, Promise<LayerRecord>>();

  constructor(world: World, root: string) {
    this.#world = world;
    this.paths = storePaths(root);
    this.metadata = new MetadataFile(world, this.paths);
  }

  async open(): Promise<void> {
    await this.#world.files.mkdir(this.paths.root, { recursive: true, mode: 0o700 });
    for (const folder of this.paths.folders) await this.#world.files.mkdir(folder, { recursive: true, mode: 0o700 });
    await this.metadata.reload();
  }

  /**
   * A folder of one's own for work under way, removed at the end whatever happens. The lock beside it
   * tells other processes that somebody is alive behind it.
   */
  async withIngest<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const { files } = this.#world;
    const folder = join(this.paths.ingest, this.#world.random.uuid());
    const lock = await files.open(`${folder}.lock`, 'wx', 0o600);
    try {
      native().tryLockFile(lock.fd);
      await files.mkdir(folder, { mode: 0o700 });
      return await work(folder);
    } finally {
      await files.rm(folder, { recursive: true, force: true });
      await files.rm(`${folder}.lock`, { force: true });
      await lock.close();
    }
  }

  /** Makes the image visible once every layer of it is unpacked, verified and on the disk. */
  async adopt(incoming: IncomingImage, ingest: string, signal: AbortSignal): Promise<Image> {
    const { config, diffIds } = parseConfig(incoming.configBlob);
    if (diffIds.length !== incoming.layerCount) {
      throw new ContentError(
        'BadDocument',
        `mismatched image rootfs and manifest layers: ${diffIds.length} and ${incoming.layerCount}`,
      );
    }
    const chain = chainIds(diffIds);
    const fresh = new Map<Digest, LayerRecord>();
    for (const [index, chainId] of chain.entries()) {
      if (this.metadata.now.layers[chainId] !== undefined) continue;
      const work = {
        chainId,
        diffId: must(diffIds[index], 'as many as chain ids'),
        below: chain.slice(0, index),
        fresh,
      };
      // Before others may wait for it: they wait for the unpacking, never for this one's registry.
      const file = await incoming.layerFile(index);
      if (this.metadata.now.layers[chainId] !== undefined) continue;
      const record = await this.#layer(work, file, ingest, signal);
      fresh.set(chainId, record);
    }
    const blobs = [incoming.configBlob, ...(incoming.manifestBlob === undefined ? [] : [incoming.manifestBlob])];
    for (const blob of blobs) await this.#writeBlob(blob, ingest);
    if (fresh.size > 0) await native().syncFileSystem(this.paths.root);
    const record = { config, layers: chain, blobs: blobs.map(blob => digestOf(blob)), sizeBytes: incoming.sizeBytes };
    const id = digestOf(incoming.configBlob);
    await this.metadata.change(now => withImage(now, id, record, fresh, incoming.references));
    return must(this.image(id), 'it was just adopted');
  }

  image(id: Digest): Image | undefined {
    const record = this.metadata.now.images[id];
    if (record === undefined) return undefined;
    const names = Object.entries(this.metadata.now.references).flatMap(([name, target]) =>
      target === id ? [name] : [],
    );
    return {
      id,
      tags: names.filter(name => !name.includes('@')),
      digests: names.filter(name => name.includes('@')),
      sizeBytes: record.sizeBytes,
      pinned: Object.values(this.metadata.now.archives).some(archive => Object.values(archive.references).includes(id)),
      lowerDirs: this.#lowerDirs(record.layers, this.metadata.now.layers),
      config: record.config,
    };
  }

  /** Topmost first, and nothing below a layer whose root is opaque. */
  #lowerDirs(chain: readonly Digest[], layers: Readonly<Record<Digest, LayerRecord>>): readonly string[] {
    const opaque = chain.findLastIndex(chainId => layers[chainId]?.opaqueRoot === true);
    return chain
      .slice(Math.max(0, opaque))
      .toReversed()
      .map(chainId => this.paths.link(chainId));
  }

  #layer(work: LayerWork, file: string, ingest: string, signal: AbortSignal): Promise<LayerRecord> {
    const running = this.#flights.get(work.chainId);
    // Another's flight may fail for reasons of its own, a cancelled pull for one; then this one tries itself.
    if (running !== undefined) return running.catch(() => this.#layer(work, file, ingest, signal));
    const flight = this.#unpack(work, file, ingest, signal).finally(() => this.#flights.delete(work.chainId));
    this.#flights.set(work.chainId, flight);
    return flight;
  }

  async #unpack(work: LayerWork, file: string, ingest: string, signal: AbortSignal): Promise<LayerRecord> {
    const { files } = this.#world;
    const known = { ...this.metadata.now.layers, ...Object.fromEntries(work.fresh) };
    const lowerDirs = this.#lowerDirs(work.below, known);
    const folder = join(ingest, this.#world.random.uuid());
    const directory = join(folder, 'fs');
    await files.mkdir(directory, { recursive: true, mode: 0o755 });
    const [below] = lowerDirs;
    if (below !== undefined) {
      const root = await files.stat(below); // a layer that does not mention the root leaves it as it was
      await files.chown(directory, root.uid, root.gid);
      await files.chmod(directory, root.mode & 0o7777);
    }
    const record = await unpackLayer(files, { file, diffId: work.diffId, directory, lowerDirs, signal }).catch(
      (error: unknown) => {
        if (!(error instanceof ContentError)) throw error;
        throw new ContentError(error.code, `failed to extract layer ${work.diffId}: ${error.message}`, {
          cause: error,
        });
      },
    );
    await this.#publish(work.chainId, folder, ingest);
    return record;
  }

  /** Under the lock, because another process may publish the same layer; both copies were verified. */
  #publish(chainId: Digest, folder: string, ingest: string): Promise<void> {
    const { files } = this.#world;
    const target = this.paths.layer(chainId);
    return this.metadata.change(
      now => now,
      async () => {
        if (this.metadata.now.layers[chainId] !== undefined) return;
        await files.rename(target, join(ingest, this.#world.random.uuid())).catch(ignoreMissing);
        await files.rename(folder, target);
        await files.rm(this.paths.link(chainId), { force: true });
        await files.symlink(join('..', 'layers', target.slice(-64), 'fs'), this.paths.link(chainId));
      },
    );
  }

  async #writeBlob(blob: Buffer, ingest: string): Promise<void> {
    const temporary = join(ingest, this.#world.random.uuid());
    await this.#world.files.writeFile(temporary, blob, { mode: 0o600 });
    await this.#world.files.rename(temporary, this.paths.blob(digestOf(blob)));
  }
}

interface LayerWork {
  readonly chainId: Digest;
  readonly diffId: Digest;
  readonly below: readonly Digest[];
  /** Layers that this adoption unpacked and the metadata does not name yet. */
  readonly fresh: ReadonlyMap<Digest, LayerRecord>;
}

function withImage(
  now: Metadata,
  id: Digest,
  record: ImageRecord,
  fresh: ReadonlyMap<Digest, LayerRecord>,
  references: readonly string[],
): Metadata {
  const layers: Metadata['layers'] = { ...now.layers, ...Object.fromEntries(fresh) };
  const lost = record.layers.find(chainId => layers[chainId] === undefined);
  if (lost !== undefined) throw new ContentError('System', `layer ${lost} was removed while the image was added`);
  return {
    ...now,
    images: { ...now.images, [id]: record },
    references: { ...now.references, ...Object.fromEntries(references.map(name => [name, id])) },
    layers,
  };
}

function ignoreMissing(error: unknown): void {
  if (failedWith(error, 'ENOENT')) return;
  throw error;
}

import { LruMap } from '../../src/base/lru-map.ts';
import { messageOf } from '../../src/base/message-of.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import {
  type Image,
  type ImageDisk,
  ImageError,
  type Images,
  type PullOptions,
  type ResolvedUser,
} from './contract.ts';
import { isDigest } from './digest.ts';
import { sweep } from './garbage.ts';
import { importArchive } from './import-archive.ts';
import type { ImageStore } from './image-store.ts';
import { IMAGE_LIMITS } from './limits.ts';
import type { Metadata } from './metadata.ts';
import { preload } from './preload.ts';
import { pullImage } from './pull-image.ts';
import { PullFlights } from './pull-flights.ts';
import { formatReference, parseReference, type Reference, repositoryOf } from './reference.ts';
import type { Registries } from './registries.ts';
import type { RegistryTransport } from './registry-transport.ts';
import { resolveUser } from './resolve-user.ts';

export interface ImageServiceOptions {
  readonly world: World;
  readonly log: Logger;
  readonly store: ImageStore;
  readonly transport: RegistryTransport;
  readonly registries: Registries;
  /** Of archives that are imported at start. */
  readonly preloadFolders: readonly string[];
  readonly signal: AbortSignal;
}

export class ImageService implements Images {
  readonly preloaded: Promise<void>;
  readonly #options: ImageServiceOptions;
  readonly #flights: PullFlights;
  readonly #users = new LruMap<string, ResolvedUser>(IMAGE_LIMITS.resolvedUsers);

  constructor(options: ImageServiceOptions) {
    this.#options = options;
    this.#flights = new PullFlights((reference, pull) => pullImage(options, reference, pull));
    this.preloaded = preload(options, path => this.importArchive(path));
  }

  find(reference: string): Image | undefined {
    const { store } = this.#options;
    if (isDigest(reference)) return store.image(reference);
    const names = storedNames(parseReference(reference));
    const id = names.map(name => store.metadata.now.references[name]).find(found => found !== undefined);
    return id === undefined ? undefined : store.image(id);
  }

  list(): readonly Image[] {
    const { store } = this.#options;
    return Object.keys(store.metadata.now.images).flatMap(id => (isDigest(id) ? (store.image(id) ?? []) : []));
  }

  async pull(reference: string, options: PullOptions): Promise<Image> {
    return this.#flights.pull(parseReference(reference), options);
  }

  async importArchive(path: string): Promise<readonly Image[]> {
    const { world, store, signal } = this.#options;
    try {
      return await importArchive(world, store, path, signal);
    } catch (error) {
      const why = messageOf(error);
      throw new ImageError('ErrImagePull', `failed to import image archive "${path}": ${why}`, { cause: error });
    }
  }

  async remove(reference: string): Promise<void> {
    const target = isDigest(reference) ? reference : parseReference(reference);
    await this.#options.store.metadata.change(now => withoutReference(now, target));
  }

  collectGarbage(inUse: ReadonlySet<string>): Promise<{ readonly freedBytes: number }> {
    return sweep(this.#options.world, this.#options.store, inUse);
  }

  async disk(): Promise<ImageDisk> {
    const { world, store } = this.#options;
    const { root } = store.paths;
    const [{ blocks, bavail, bsize, files, ffree }, { dev }] = await Promise.all([
      world.files.statfs(root),
      world.files.stat(root),
    ]);
    const [capacityBytes, availableBytes] = [blocks * bsize, bavail * bsize];
    return { capacityBytes, availableBytes, inodes: files, inodesFree: ffree, device: dev };
  }

  /** What the files of an image say never changes: its id stands for their bytes. */
  async resolveUser(image: Image, user: string): Promise<ResolvedUser> {
    const key = `${image.id} ${user}`;
    const known = this.#users.get(key);
    if (known !== undefined) return known;
    const resolved = await resolveUser(image.lowerDirs, user);
    this.#users.set(key, resolved);
    return resolved;
  }
}

/** A digest is the truth where a name has both. */
const storedNames = (reference: Reference): readonly string[] =>
  reference.digest === undefined ? [formatReference(reference)] : [`${repositoryOf(reference)}@${reference.digest}`];

/**
 * An id takes all names of its image along. The last tag of a repository takes the repository's digests
 * of the same image along, because nobody could name them any more but by copying them from a list.
 */
export function withoutReference(now: Metadata, target: Reference | string): Metadata {
  const entries = Object.entries(now.references);
  const names = typeof target === 'string' ? [] : storedNames(target);
  const id = typeof target === 'string' ? target : now.references[names[0] ?? ''];
  if (id === undefined || !entries.some(([, held]) => held === id)) {
    const shown = typeof target === 'string' ? target : formatReference(target);
    throw new ImageError('ImageInspectError', `image "${shown}": not found`);
  }
  const repository = typeof target === 'string' ? undefined : repositoryOf(target);
  const otherTag = entries.some(
    ([name, held]) => held === id && !names.includes(name) && name.startsWith(`${repository}:`),
  );
  const goes = (name: string, held: string): boolean =>
    held === id &&
    (repository === undefined || names.includes(name) || (!otherTag && name.startsWith(`${repository}@`)));
  return { ...now, references: Object.fromEntries(entries.filter(([name, held]) => !goes(name, held))) };
}

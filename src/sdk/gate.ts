import type { Client, DeleteOptions, Key } from '../api/client.ts';
import type { AnyObject } from '../api/object-meta.ts';
import type { ObjectOf, Resource } from '../api/resource.ts';
import type { Cache, Caches } from './caches.ts';

/** Remembers the writes of one pass, so that the next waits until the caches show them. */
export class Gate {
  readonly #caches: Caches;
  readonly #watched: ReadonlySet<Resource>;
  readonly #newest = new Map<Resource, number>();
  readonly #latest = new Map<string, AnyObject>();
  readonly #deleted = new Map<Resource, Set<string>>();

  constructor(caches: Caches, watched: ReadonlySet<Resource>) {
    this.#caches = caches;
    this.#watched = watched;
  }

  wrote(resource: Resource, object: AnyObject): void {
    this.#latest.set(object.metadata.uid, object);
    if (!this.#watched.has(resource)) return;
    const revision = Number(object.metadata.resourceVersion);
    if (revision > (this.#newest.get(resource) ?? 0)) this.#newest.set(resource, revision);
  }

  /** The object as this pass last wrote it. */
  latest(uid: string): AnyObject | undefined {
    return this.#latest.get(uid);
  }

  deleted(resource: Resource, key: Key): void {
    if (!this.#watched.has(resource)) return;
    const uid = this.#cacheOf(resource).get(key.name, key.namespace)?.metadata.uid;
    if (uid === undefined) return;
    const uids = this.#deleted.get(resource);
    if (uids === undefined) this.#deleted.set(resource, new Set([uid]));
    else uids.add(uid);
  }

  get isOpen(): boolean {
    return this.#newest.size === 0 && this.#deleted.size === 0;
  }

  /** Resolves when the caches show all that was written. */
  async opened(): Promise<void> {
    const waits: Promise<void>[] = [];
    for (const [resource, revision] of this.#newest) waits.push(this.#cacheOf(resource).reached(String(revision)));
    for (const [resource, uids] of this.#deleted) {
      for (const uid of uids) waits.push(this.#cacheOf(resource).removed(uid));
    }
    await Promise.all(waits);
  }

  #cacheOf(resource: Resource): Cache<AnyObject> {
    return this.#caches.of(resource);
  }
}

/** `client`, with every write told to `gate`. */
export function gated(client: Client, gate: Gate): Client {
  const told = async <R extends Resource>(resource: R, write: Promise<ObjectOf<R>>): Promise<ObjectOf<R>> => {
    const object = await write;
    gate.wrote(resource, object);
    return object;
  };
  return {
    get: (resource, key, options) => client.get(resource, key, options),
    list: (resource, options) => client.list(resource, options),
    watch: (resource, options) => client.watch(resource, options),
    create: (resource, object, options) => told(resource, client.create(resource, object, options)),
    update: (resource, object, options) => told(resource, client.update(resource, object, options)),
    updateStatus: (resource, object, options) => told(resource, client.updateStatus(resource, object, options)),
    patch: (resource, key, patch, options) => told(resource, client.patch(resource, key, patch, options)),
    async delete(resource: Resource, key: Key, options?: DeleteOptions): Promise<void> {
      await client.delete(resource, key, options);
      if (options?.dryRun !== true) gate.deleted(resource, key);
    },
    deleteCollection: (resource, options) => client.deleteCollection(resource, options),
    createOn: (resource, key, subresource, body) => client.createOn(resource, key, subresource, body),
  };
}

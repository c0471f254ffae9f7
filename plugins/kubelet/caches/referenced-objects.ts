import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { ObjectOf, Resource } from '../../../src/api/resource.ts';
import { qualified } from '../../../src/api/status-error.ts';
import type { Cache } from '../../../src/sdk/caches.ts';
import { ObjectCache } from '../../../src/sdk/object-cache.ts';
import { keyOf } from '../../../src/sdk/object-key.ts';
import { reflect, type Reflection, type ReflectorOptions } from '../../../src/sdk/reflector.ts';

interface Followed {
  readonly users: Set<string>;
  readonly over: AbortController;
  /** It was looked for; it need not be there. */
  readonly seen: Promise<void>;
}

/**
 * Those objects of a kind that pods of this node read, each watched by itself while one does: a node may not see the
 * others.
 */
export class ReferencedObjects<R extends Resource> {
  readonly #resource: R;
  readonly #options: ReflectorOptions;
  readonly #cache: ObjectCache<ObjectOf<R> & AnyObject>;
  readonly #followed = new Map<string, Followed>();

  constructor(resource: R, options: ReflectorOptions) {
    this.#resource = resource;
    this.#options = options;
    this.#cache = new ObjectCache(error =>
      options.log.error('a reader of a cache failed', { resource: qualified(resource), error }),
    );
    this.#cache.markSynced();
  }

  get cache(): Cache<ObjectOf<R>> {
    return this.#cache;
  }

  /** Resolves once each of them was looked for. */
  async follow(user: string, namespace: string, names: Iterable<string>): Promise<void> {
    await Promise.all([...names].map(name => this.#followOne(user, namespace, name)));
  }

  /** What nobody reads any more is forgotten. */
  forget(user: string): void {
    for (const [key, { users, over }] of this.#followed) {
      if (!users.delete(user) || users.size > 0) continue;
      over.abort();
      this.#followed.delete(key);
      for (const object of this.#cache.list()) if (keyOf(object.metadata) === key) this.#cache.drop(object);
    }
  }

  #followOne(user: string, namespace: string, name: string): Promise<void> {
    const key = keyOf({ namespace, name });
    const followed = this.#followed.get(key) ?? this.#begin(key, namespace, name);
    followed.users.add(user);
    return followed.seen;
  }

  #begin(key: string, namespace: string, name: string): Followed {
    const over = new AbortController();
    const { promise: seen, resolve } = Promise.withResolvers<void>();
    const one = new OneObject(key, this.#cache, resolve);
    const signal = AbortSignal.any([over.signal, this.#options.signal]);
    void reflect(
      this.#resource,
      one,
      { ...this.#options, signal },
      { namespace, fieldSelector: `metadata.name=${name}` },
    );
    const followed = { users: new Set<string>(), over, seen };
    this.#followed.set(key, followed);
    return followed;
  }
}

/** One watch's share of a cache that many watches fill. */
class OneObject<T extends AnyObject> implements Reflection<T> {
  revision = '0';
  readonly #key: string;
  readonly #cache: ObjectCache<T>;
  readonly markSynced: () => void;

  constructor(key: string, cache: ObjectCache<T>, onSynced: () => void) {
    this.#key = key;
    this.#cache = cache;
    this.markSynced = onSynced;
  }

  replacing(objects: readonly T[]): Iterable<void> {
    const [object] = objects;
    const held = this.#cache.list().find(({ metadata }) => keyOf(metadata) === this.#key);
    if (object === undefined && held !== undefined) this.#cache.drop(held);
    if (object !== undefined && held?.metadata.resourceVersion !== object.metadata.resourceVersion) this.put(object);
    return [];
  }

  put(object: T): void {
    this.#cache.put(object);
  }

  drop(last: T): void {
    this.#cache.drop(last);
  }

  moveTo(revision: string): void {
    this.revision = revision;
  }
}

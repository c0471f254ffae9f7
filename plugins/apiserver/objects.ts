import type { Key } from '../../src/api/client.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Resource } from '../../src/api/resource.ts';
import { storageKey, storagePrefix } from '../../src/api/storage-key.ts';
import { stamped } from '../../src/store/stamped.ts';
import type { Change, Entry, Revision, Store, WatchBatch } from '../../src/store/store.ts';
import { deepFreeze } from '../../src/api/deep-freeze.ts';
import { ParsedCache } from './parsed-cache.ts';
import {
  conversionOf,
  encodeUnstamped,
  EntryObject,
  LooseObject,
  withRevision,
  type StoredObject,
} from './stored-object.ts';
import { statusOfStoreError } from './store-failure.ts';

/** One page of objects, in the order of their keys. */
export interface ObjectRange {
  readonly objects: readonly StoredObject[];
  readonly revision: Revision;
  readonly remaining: number;
}

/** What happened to one object, told with the object after it, or before its removal. */
export interface ObjectChange {
  readonly type: 'put' | 'delete';
  /** With the revision of the change, also for a deletion. */
  readonly object: StoredObject;
  readonly previous: StoredObject | undefined;
}

/** Objects on the store: the one place that knows keys and bytes. Rejects with `StatusError`. */
export class Objects {
  readonly store: Store;
  readonly #parsed = new ParsedCache();
  /** Shared by all who look at one change, so that it is turned and parsed once. */
  readonly #deletions = new WeakMap<Change, StoredObject>();

  constructor(store: Store) {
    this.store = store;
  }

  async get(resource: Resource, key: Key, revision?: Revision): Promise<StoredObject | undefined> {
    const { entry } = await mapped(
      this.store.get(storageKey(resource, key), revision === undefined ? {} : { revision }),
    );
    return entry === undefined ? undefined : this.of(resource, entry);
  }

  async range(
    resource: Resource,
    namespace: string,
    options: { readonly revision?: Revision; readonly limit?: number; readonly after?: string },
  ): Promise<ObjectRange> {
    const { entries, revision, remaining } = await mapped(this.store.list(storagePrefix(resource, namespace), options));
    return { objects: entries.map(entry => this.of(resource, entry)), revision, remaining };
  }

  /**
   * The stored object, or `undefined` when the key's newest revision is not `expected` (0: absent) any more.
   * `isSettled`: the object is what `settleObject` made of it.
   */
  async put(
    resource: Resource,
    object: AnyObject,
    expected: Revision,
    { isSettled = false }: { readonly isSettled?: boolean } = {},
  ): Promise<StoredObject | undefined> {
    const { ttlSeconds } = resource;
    const conversion = conversionOf(resource);
    const key = storageKey(resource, object.metadata);
    const kept = deepFreeze(conversion === undefined ? object : conversion.toStored(object));
    const { value, revisionAt } = encodeUnstamped(kept);
    const put = { put: key, value, revisionAt, ...(ttlSeconds === undefined ? {} : { ttlSeconds }) };
    const result = await mapped(this.store.transact({ guards: [{ key, modRevision: expected }], writes: [put] }));
    if (!result.ok) return undefined;
    const { revision } = result;
    const bytes = stamped(value, revisionAt, revision);
    const parsed = { revision, object: withRevision(kept, revision), bytes: bytes.length };
    this.#parsed.set(key, isSettled ? { ...parsed, settledBy: resource.fields } : parsed);
    return new EntryObject(resource, { key, modRevision: revision, value: bytes }, this.#parsed);
  }

  /** The object as it was, with the revision of its deletion; `undefined` as for `put`. */
  async remove(object: StoredObject): Promise<StoredObject | undefined> {
    const { key, revision } = object;
    const result = await mapped(
      this.store.transact({ guards: [{ key, modRevision: revision }], writes: [{ delete: key }] }),
    );
    if (!result.ok) return undefined;
    return new LooseObject(key, result.revision, withRevision(object.object, result.revision));
  }

  /** As `Store.watch`, its errors included: they differ for a request that has begun to answer. */
  watch(
    resource: Resource,
    namespace: string,
    options: { readonly after: Revision; readonly signal: AbortSignal; readonly progressMs?: number },
  ): AsyncIterable<WatchBatch> {
    return this.store.watch(storagePrefix(resource, namespace), options);
  }

  change(resource: Resource, change: Change): ObjectChange {
    const previous = change.previous === undefined ? undefined : this.of(resource, change.previous);
    if (change.type === 'put') return { type: 'put', object: this.of(resource, change.entry), previous };
    let object = conversionOf(resource) === undefined ? this.#deletions.get(change) : undefined;
    if (object === undefined) {
      const gone = this.of(resource, change.previous).object;
      object = new LooseObject(change.key, change.revision, withRevision(gone, change.revision));
      if (conversionOf(resource) === undefined) this.#deletions.set(change, object);
    }
    return { type: 'delete', object, previous };
  }

  of(resource: Resource, entry: Entry): StoredObject {
    return new EntryObject(resource, entry, this.#parsed);
  }
}

async function mapped<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw statusOfStoreError(error);
  }
}

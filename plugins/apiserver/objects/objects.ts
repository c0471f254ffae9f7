import type { Key } from '../../../src/api/client.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { storageKey, storagePrefix } from '../../../src/api/storage-key.ts';
import { stamped } from '../../../src/store/stamped.ts';
import {
  StoreError,
  type Change,
  type Entry,
  type RangeOptions,
  type Revision,
  type Store,
  type WatchBatch,
} from '../../../src/store/store.ts';
import { internalError } from '../../../src/api/internal-error.ts';
import { deepFreeze } from '../../../src/api/deep-freeze.ts';
import { must } from '../../../src/base/must.ts';
import { qualified } from '../../../src/api/status-error.ts';
import type { Claimer, Rewriter } from '../contract.ts';
import { HeldElsewhere } from './held-elsewhere.ts';
import { MadeObjects } from './made-objects.ts';
import {
  conversionOf,
  encodeUnstamped,
  EntryObject,
  isShownAsStored,
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
  /** Up to which the page reaches. */
  readonly lastKey: string | undefined;
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
  readonly #claimers: readonly Claimer[];
  readonly #rewriters: readonly Rewriter[];
  readonly #made = new MadeObjects();
  /** Shared by all who look at one change, so that it is turned and parsed once. */
  readonly #deletions = new WeakMap<Change, StoredObject>();

  /** `claimers` say what objects hold besides themselves, `rewriters` what is not written as it is to be. */
  constructor(store: Store, claimers: readonly Claimer[] = [], rewriters: readonly Rewriter[] = []) {
    this.store = store;
    this.#claimers = claimers;
    this.#rewriters = rewriters;
  }

  async get(resource: Resource, key: Key, revision?: Revision): Promise<StoredObject | undefined> {
    const { entry } = await mapped(
      this.store.get(storageKey(resource, key), revision === undefined ? {} : { revision }),
    );
    return entry === undefined ? undefined : this.#shownOne(resource, this.of(resource, entry));
  }

  async range(
    resource: Resource,
    namespace: string,
    options: RangeOptions & { readonly leavesOutUnreadable?: true },
  ): Promise<ObjectRange> {
    const { entries, revision, remaining } = await mapped(this.store.list(storagePrefix(resource, namespace), options));
    const read = options.leavesOutUnreadable === true ? entries.filter(isReadable) : entries;
    const objects = read.map(entry => this.#listed(resource, entry));
    return { objects: await this.#shown(resource, objects), revision, remaining, lastKey: entries.at(-1)?.key };
  }

  /**
   * The stored object, or `undefined` when the key's newest revision is not `expected` (0: absent) any more.
   * `isSettled`: the object is what `settleObject` made of it. `replaces`: what it is a change of, where it may hold
   * something else than that. Rejects with `HeldElsewhere` where another object has what it is to hold.
   */
  async put(
    resource: Resource,
    object: AnyObject,
    expected: Revision,
    { isSettled = false, replaces }: { readonly isSettled?: boolean; readonly replaces?: AnyObject | 'nothing' } = {},
  ): Promise<StoredObject | undefined> {
    const { ttlSeconds } = resource;
    const key = storageKey(resource, object.metadata);
    const kept = deepFreeze(await toStored(resource, object));
    const { value, revisionAt } = encodeUnstamped(kept);
    const put = { put: key, value, revisionAt, ...(ttlSeconds === undefined ? {} : { ttlSeconds }) };
    const held = replaces === undefined ? NOTHING_HELD : this.#heldBeyond(resource, object, replaces);
    const result = await mapped(
      this.store.transact({
        guards: [{ key, modRevision: expected }, ...held.taken.map(key => ({ key, modRevision: 0 }))],
        writes: [put, ...held.taken.map(put => ({ put, value: Buffer.from(key) })), ...held.left.map(deletionOf)],
      }),
    );
    if (!result.ok) {
      const [own, ...others] = result.current;
      if ((own?.modRevision ?? 0) !== expected) return undefined;
      throw new HeldElsewhere(Math.max(...others.map(entry => entry?.modRevision ?? 0)));
    }
    const { revision } = result;
    const bytes = stamped(value, revisionAt, revision);
    const parsed = { revision, object: withRevision(kept, revision), bytes: bytes.length };
    this.#made.parsed.set(key, isSettled ? { ...parsed, settledBy: resource.fields } : parsed);
    return this.#shownOne(
      resource,
      new EntryObject(resource, { key, modRevision: revision, value: bytes }, this.#made),
    );
  }

  /** The object as it was, with the revision of its deletion; `undefined` as for `put`. */
  async remove(resource: Resource, object: StoredObject): Promise<StoredObject | undefined> {
    const { key, revision } = object;
    const left = this.#heldBy(resource, object.object);
    const writes = [key, ...left].map(deletionOf);
    const result = await mapped(this.store.transact({ guards: [{ key, modRevision: revision }], writes }));
    if (!result.ok) return undefined;
    return new LooseObject(key, result.revision, withRevision(object.object, result.revision));
  }

  #heldBy(resource: Resource, object: AnyObject): readonly string[] {
    if (this.#claimers.length === 0) return [];
    const name = qualified(resource);
    return this.#claimers.flatMap(claimer => (claimer.resource === name ? (claimer.holds?.(object) ?? []) : []));
  }

  #heldBeyond(resource: Resource, object: AnyObject, replaces: AnyObject | 'nothing'): Held {
    const now = this.#heldBy(resource, object);
    const before = replaces === 'nothing' ? [] : this.#heldBy(resource, replaces);
    return { taken: now.filter(key => !before.includes(key)), left: before.filter(key => !now.includes(key)) };
  }

  /** As `Store.watch`, its errors included: they differ for a request that has begun to answer. */
  watch(
    resource: Resource,
    namespace: string,
    options: { readonly after: Revision; readonly signal: AbortSignal; readonly progressMs?: number },
  ): AsyncIterable<WatchBatch> {
    return this.store.watch(storagePrefix(resource, namespace), options);
  }

  /** What happened to objects, as a kind shows them. */
  changes(resource: Resource, changes: readonly Change[]): Promise<readonly ObjectChange[]> | readonly ObjectChange[] {
    const told = changes.map(change => this.#change(resource, change));
    return resource.custom?.askedConversion === undefined ? told : this.#shownChanges(resource, told);
  }

  async #shownChanges(resource: Resource, told: readonly ObjectChange[]): Promise<readonly ObjectChange[]> {
    const all = told.flatMap(({ object, previous }) => (previous === undefined ? [object] : [object, previous]));
    const shown = new Map((await this.#shown(resource, all)).map((object, index) => [all[index], object] as const));
    return told.map(({ type, object, previous }) => ({
      type,
      object: shown.get(object) ?? object,
      previous: previous === undefined ? undefined : (shown.get(previous) ?? previous),
    }));
  }

  #change(resource: Resource, change: Change): ObjectChange {
    const previous = change.previous === undefined ? undefined : this.of(resource, change.previous);
    if (change.type === 'put') return { type: 'put', object: this.of(resource, change.entry), previous };
    let object = isShownAsStored(resource) ? this.#deletions.get(change) : undefined;
    if (object === undefined) {
      const gone = this.of(resource, change.previous).object;
      object = new LooseObject(change.key, change.revision, withRevision(gone, change.revision));
      if (isShownAsStored(resource)) this.#deletions.set(change, object);
    }
    return { type: 'delete', object, previous };
  }

  of(resource: Resource, entry: Entry): StoredObject {
    try {
      return new EntryObject(resource, entry, this.#made);
    } catch (error) {
      throw statusOfStoreError(error);
    }
  }

  /** Which of many cannot be read is told. */
  #listed(resource: Resource, entry: Entry): StoredObject {
    try {
      return new EntryObject(resource, entry, this.#made);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      throw internalError(`unable to transform key ${JSON.stringify(entry.key)}: ${error.message}`, error);
    }
  }

  /** Whether an object is to be written anew although it is the same. */
  isStale(stored: StoredObject): boolean {
    return stored instanceof EntryObject && this.#rewriters.some(each => each.isStale(stored.key, stored.value));
  }

  async #shownOne(resource: Resource, object: StoredObject): Promise<StoredObject> {
    if (resource.custom?.askedConversion === undefined) return object;
    return must((await this.#shown(resource, [object]))[0], 'each object is shown');
  }

  /** What others have to be asked for; the rest is made when it is looked at. */
  async #shown(resource: Resource, stored: readonly StoredObject[]): Promise<readonly StoredObject[]> {
    const asked = resource.custom?.askedConversion;
    if (asked === undefined) return stored;
    const objects = await asked.fromStored(stored.map(({ object }) => object));
    return stored.map((before, index) => {
      const object = must(objects[index], 'each object is converted');
      return object === before.object ? before : new LooseObject(before.key, before.revision, deepFreeze(object));
    });
  }
}

function isReadable(entry: Entry): boolean {
  try {
    return entry.value.length >= 0;
  } catch (error) {
    if (error instanceof StoreError && error.code === 'Unreadable') return false;
    throw error;
  }
}

async function toStored(resource: Resource, object: AnyObject): Promise<AnyObject> {
  const asked = resource.custom?.askedConversion;
  if (asked === undefined) return conversionOf(resource)?.toStored(object) ?? object;
  return must((await asked.toStored([object]))[0], 'the object is converted');
}

interface Held {
  readonly taken: readonly string[];
  readonly left: readonly string[];
}
const NOTHING_HELD: Held = { taken: [], left: [] };

const deletionOf = (key: string): { readonly delete: string } => ({ delete: key });

async function mapped<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw statusOfStoreError(error);
  }
}

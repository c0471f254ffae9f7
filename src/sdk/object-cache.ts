import { AsyncLocalStorage } from 'node:async_hooks';
import type { AnyObject } from '../api/object-meta.ts';
import { keyOf } from './object-key.ts';
import type { Cache, CacheHandler, CacheIndex } from './caches.ts';
import { Waiters } from './waiters.ts';

type InContext = ReturnType<typeof AsyncLocalStorage.snapshot>;

/** The objects of one kind, filed; a reflector keeps it up to date through `put`, `drop` and `replace`. */
export class ObjectCache<T extends AnyObject> implements Cache<T> {
  readonly #objects = new Map<string, T>();
  readonly #byUid = new Map<string, T>();
  readonly #byNamespace = new Filing<T>({ name: 'namespace', keysOf: ({ metadata }) => [metadata.namespace ?? ''] });
  readonly #indexes = new Map<string, Filing<T>>();
  /** Each with the async context of its subscriber, whose errors are its own. */
  readonly #handlers = new Map<CacheHandler<T>, InContext>();
  readonly #waiters = new Waiters();
  readonly #onHandlerError: (error: unknown) => void;
  readonly #sync = Promise.withResolvers<void>();
  #synced = false;
  #revision = '0';
  #all: readonly T[] | undefined;

  constructor(onHandlerError: (error: unknown) => void) {
    this.#onHandlerError = onHandlerError;
  }

  get synced(): Promise<void> {
    return this.#sync.promise;
  }
  get hasSynced(): boolean {
    return this.#synced;
  }
  get revision(): string {
    return this.#revision;
  }

  get(name: string, namespace?: string): T | undefined {
    return this.#objects.get(keyOf({ name, namespace }));
  }

  byUid(uid: string): T | undefined {
    return this.#byUid.get(uid);
  }

  list(namespace?: string): readonly T[] {
    if (namespace !== undefined) return this.#byNamespace.under(namespace);
    this.#all ??= Object.freeze([...this.#objects.values()]);
    return this.#all;
  }

  indexed(index: CacheIndex<T>, key: string): readonly T[] {
    let filing = this.#indexes.get(index.name);
    if (filing === undefined) {
      filing = new Filing(index);
      for (const object of this.#objects.values()) filing.add(object);
      this.#indexes.set(index.name, filing);
    }
    return filing.under(key);
  }

  subscribe(handler: CacheHandler<T>): Disposable {
    const inContext = AsyncLocalStorage.snapshot();
    this.#handlers.set(handler, inContext);
    for (const object of this.#objects.values())
      this.#tell([[handler, inContext]], to => to.changed(object, undefined));
    return { [Symbol.dispose]: () => void this.#handlers.delete(handler) };
  }

  reached(resourceVersion: string): Promise<void> {
    return this.#waiters.reached(resourceVersion, this.#revision);
  }

  removed(uid: string): Promise<void> {
    const object = this.#byUid.get(uid);
    if (object === undefined || object.metadata.deletionTimestamp !== undefined) return Promise.resolve();
    return this.#waiters.removed(uid);
  }

  /** An object that was added or changed; one of the same name with another uid is removed first. */
  put(object: T): void {
    const key = keyOf(object.metadata);
    let before = this.#objects.get(key);
    if (before !== undefined && before.metadata.uid !== object.metadata.uid) {
      this.drop(before);
      before = undefined;
    }
    this.#all = undefined;
    this.#objects.set(key, object);
    this.#byUid.set(object.metadata.uid, object);
    for (const filing of this.#filings()) {
      if (before !== undefined) filing.remove(before);
      filing.add(object);
    }
    this.#tell(this.#handlers, handler => handler.changed(object, before));
    if (object.metadata.deletionTimestamp !== undefined) this.#waiters.tellRemoved(object.metadata.uid);
  }

  /** An object that is gone, as it last was. */
  drop(last: T): void {
    const key = keyOf(last.metadata);
    const held = this.#objects.get(key);
    if (held === undefined || held.metadata.uid !== last.metadata.uid) return;
    this.#all = undefined;
    this.#objects.delete(key);
    this.#byUid.delete(held.metadata.uid);
    for (const filing of this.#filings()) filing.remove(held);
    this.#tell(this.#handlers, handler => handler.removed(last));
    this.#waiters.tellRemoved(last.metadata.uid);
  }

  /** Becomes exactly `objects`, one with each step, telling handlers only of what differs. */
  *replacing(objects: readonly T[]): Generator<void> {
    const keys = new Set(objects.map(object => keyOf(object.metadata)));
    for (const [key, held] of this.#objects) {
      if (!keys.has(key)) this.drop(held);
      yield;
    }
    for (const object of objects) {
      const held = this.#objects.get(keyOf(object.metadata));
      if (held?.metadata.resourceVersion !== object.metadata.resourceVersion) this.put(object);
      yield;
    }
  }

  moveTo(revision: string): void {
    this.#revision = revision;
    this.#waiters.tellReached(revision);
  }

  markSynced(): void {
    this.#synced = true;
    this.#sync.resolve();
  }

  *#filings(): Iterable<Filing<T>> {
    yield this.#byNamespace;
    yield* this.#indexes.values();
  }

  #tell(handlers: Iterable<readonly [CacheHandler<T>, InContext]>, tell: (handler: CacheHandler<T>) => void): void {
    for (const [handler, inContext] of handlers) {
      try {
        inContext(tell, handler);
      } catch (error) {
        this.#onHandlerError(error);
      }
    }
  }
}

/** Objects by the keys of one index. */
class Filing<T extends AnyObject> {
  readonly #index: CacheIndex<T>;
  readonly #drawers = new Map<string, Map<string, T>>();
  readonly #lists = new Map<string, readonly T[]>();

  constructor(index: CacheIndex<T>) {
    this.#index = index;
  }

  under(key: string): readonly T[] {
    const drawer = this.#drawers.get(key);
    if (drawer === undefined) return NONE;
    let list = this.#lists.get(key);
    if (list === undefined) {
      list = Object.freeze([...drawer.values()]);
      this.#lists.set(key, list);
    }
    return list;
  }

  add(object: T): void {
    for (const key of this.#index.keysOf(object)) {
      let drawer = this.#drawers.get(key);
      if (drawer === undefined) this.#drawers.set(key, (drawer = new Map<string, T>()));
      drawer.set(object.metadata.uid, object);
      this.#lists.delete(key);
    }
  }

  remove(object: T): void {
    for (const key of this.#index.keysOf(object)) {
      const drawer = this.#drawers.get(key);
      drawer?.delete(object.metadata.uid);
      if (drawer?.size === 0) this.#drawers.delete(key);
      this.#lists.delete(key);
    }
  }
}

const NONE: readonly never[] = Object.freeze([]);

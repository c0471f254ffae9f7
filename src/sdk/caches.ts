import type { ObjectOf, Resource } from '../api/resource.ts';
import { serviceRef } from '../kernel/plugin.ts';

/** Shared read models of the API: one list and watch a kind, however many plugins read it. */
export interface Caches {
  of<R extends Resource>(resource: R): Cache<ObjectOf<R>>;
}
export const caches = serviceRef<Caches>('sdk.caches');

/** Every object of one kind at one revision. Objects are frozen and shared. */
export interface Cache<T> {
  /** Resolves after the first full list; later gaps (expired watches) are repaired in place. */
  readonly synced: Promise<void>;
  /** Whether `synced` has resolved. */
  readonly hasSynced: boolean;
  /** resourceVersion this cache has come to. */
  readonly revision: string;
  get(name: string, namespace?: string): T | undefined;
  byUid(uid: string): T | undefined;
  list(namespace?: string): readonly T[];
  /** Objects filed under `key` by `index`, which is declared once and kept up to date. */
  indexed(index: CacheIndex<T>, key: string): readonly T[];
  /** Called for everything that is there, then at each change, in order of revisions. */
  subscribe(handler: CacheHandler<T>): Disposable;
  /** Resolves when this cache shows what was written at `resourceVersion`; at once when it does already. */
  reached(resourceVersion: string): Promise<void>;
  /** Resolves when the object is gone or marked for deletion here; at once when it is. */
  removed(uid: string): Promise<void>;
}

export interface CacheIndex<T> {
  /** Unique among the indexes of one kind. */
  readonly name: string;
  keysOf(object: T): readonly string[];
}

export interface CacheHandler<T> {
  /** `before` is `undefined` for an object that is new to this handler. */
  changed(object: T, before: T | undefined): void;
  removed(last: T): void;
}

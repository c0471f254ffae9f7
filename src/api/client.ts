import { serviceRef } from '../kernel/plugin.ts';
import type { AnyObject } from './object-meta.ts';
import type { InputOf, ObjectOf, Resource } from './resource.ts';
import type { UserInfo } from './user-info.ts';

/**
 * The API as a plugin sees it, the same over any transport. Every call runs the whole verb pipeline as
 * the client's user and rejects with a `StatusError`. Objects are frozen and shared: never changed in place.
 */
export interface Client {
  get<R extends Resource>(resource: R, key: Key, options?: GetOptions): Promise<ObjectOf<R>>;
  list<R extends Resource>(resource: R, options?: ListOptions): Promise<ObjectList<ObjectOf<R>>>;
  /** Ends when `signal` aborts, or before when its server has had enough of it; throws `StatusError` Expired when the revision is compacted away. */
  watch<R extends Resource>(resource: R, options: WatchOptions): AsyncIterable<WatchEvent<ObjectOf<R>>>;
  create<R extends Resource>(resource: R, object: InputOf<R>, options?: WriteOptions): Promise<ObjectOf<R>>;
  /** Compare-and-swap on `metadata.resourceVersion`. */
  update<R extends Resource>(resource: R, object: ObjectOf<R>, options?: WriteOptions): Promise<ObjectOf<R>>;
  updateStatus<R extends Resource>(resource: R, object: ObjectOf<R>, options?: WriteOptions): Promise<ObjectOf<R>>;
  patch<R extends Resource>(resource: R, key: Key, patch: Patch, options?: PatchOptions): Promise<ObjectOf<R>>;
  delete(resource: Resource, key: Key, options?: DeleteOptions): Promise<void>;
  deleteCollection(resource: Resource, options: ListOptions & DeleteOptions): Promise<void>;
  /** POST to a subresource: `binding`, `eviction`, `token`. Answers what the server answers. */
  createOn(resource: Resource, key: Key, subresource: string, body: unknown): Promise<unknown>;
}

/**
 * Makes a client that acts as one user; authorization applies to it as to any other. Where the API server is another
 * process, all act as the user that this process has proved to be.
 */
export interface Clients {
  as(user: UserInfo, options?: { readonly fieldManager?: string }): Client;
}
export const clients = serviceRef<Clients>('api.clients');

export interface Key {
  readonly name: string;
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string;
}

export interface GetOptions {
  readonly resourceVersion?: string;
}

export interface ListOptions {
  /** All namespaces when absent. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan';
  readonly limit?: number;
  readonly continue?: string;
  /**
   * Of a store in this process: what was encrypted by a key that is gone does not fail the list but is left out. For
   * those who are to go on with all else.
   */
  readonly leavesOutUnreadable?: true;
}

export interface ObjectList<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

export interface WatchOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Absent or `0`: synthetic ADDED events of all that is there first. */
  readonly resourceVersion?: string;
  readonly allowWatchBookmarks?: boolean;
  /** Synthetic ADDED events, then a bookmark annotated `k8s.io/initial-events-end`. */
  readonly sendInitialEvents?: boolean;
  readonly signal: AbortSignal;
}

export type WatchEvent<T> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  | { readonly type: 'BOOKMARK'; readonly object: BookmarkObject };
export type BookmarkObject = Pick<AnyObject, 'apiVersion' | 'kind'> & {
  readonly metadata: { readonly resourceVersion: string; readonly annotations?: Readonly<Record<string, string>> };
};

export interface WriteOptions {
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
}

export type Patch =
  | { readonly type: 'merge' | 'strategic'; readonly body: unknown }
  | { readonly type: 'json'; readonly body: readonly JsonPatchOperation[] }
  | { readonly type: 'apply'; readonly body: unknown };
export interface JsonPatchOperation {
  readonly op: 'add' | 'remove' | 'replace' | 'move' | 'copy' | 'test';
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}
export interface PatchOptions extends WriteOptions {
  /**
   * `binding` and `finalize` are patched within this process only, by who answers them. Of `scale` the patch and the
   * answer are those of a Scale, whatever the kind.
   */
  readonly subresource?: 'status' | 'approval' | 'scale' | 'binding' | 'finalize' | 'resize' | 'ephemeralcontainers';
  readonly force?: boolean;
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: boolean;
}

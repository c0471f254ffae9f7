import type {
  DeleteOptions,
  GetOptions,
  Key,
  ListOptions,
  ObjectList,
  Patch,
  PatchOptions,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from './client.ts';
import type { AnyObject } from './object-meta.ts';
import type { Resource } from './resource.ts';

/** `Client` with its kinds erased: what `defineResource` ties to an object's type is known at run time only. */
export interface UntypedClient {
  get(resource: Resource, key: Key, options?: GetOptions): Promise<AnyObject>;
  list(resource: Resource, options?: ListOptions): Promise<ObjectList<AnyObject>>;
  watch(resource: Resource, options: WatchOptions): AsyncIterable<WatchEvent<AnyObject>>;
  create(resource: Resource, object: AnyObject, options?: WriteOptions): Promise<AnyObject>;
  update(resource: Resource, object: AnyObject, options?: WriteOptions): Promise<AnyObject>;
  updateStatus(resource: Resource, object: AnyObject, options?: WriteOptions): Promise<AnyObject>;
  patch(resource: Resource, key: Key, patch: Patch, options?: PatchOptions): Promise<AnyObject>;
  delete(resource: Resource, key: Key, options?: DeleteOptions): Promise<void>;
  deleteCollection(resource: Resource, options: ListOptions & DeleteOptions): Promise<void>;
  createOn(resource: Resource, key: Key, subresource: string, body: unknown): Promise<unknown>;
}

import { AsyncLocalStorage } from 'node:async_hooks';
import type { AnyObject } from '../api/object-meta.ts';
import type { ObjectOf, Resource } from '../api/resource.ts';
import { qualified } from '../api/status-error.ts';
import type { Cache, Caches } from './caches.ts';
import { ObjectCache } from './object-cache.ts';
import { reflect, type ReflectorOptions, type View } from './reflector.ts';

/**
 * Caches filled through `client` until `signal` aborts; a kind is listed and watched from when it is first asked for.
 * `viewOf` says of which kinds only some objects are seen here.
 */
export function createCaches(options: ReflectorOptions, viewOf: (resource: Resource) => View = () => ALL): Caches {
  // Whoever asks for a kind first is not to be blamed for what its cache does.
  const inOwnScope = AsyncLocalStorage.snapshot();
  const byResource = new Map<string, Cache<AnyObject>>();
  return {
    of<R extends Resource>(resource: R): Cache<ObjectOf<R>> {
      const id = `${qualified(resource)}/${resource.version}`;
      const known = byResource.get(id);
      // One resource has one object type, and `id` names the resource.
      if (known !== undefined) return known as unknown as Cache<ObjectOf<R>>;
      const cache = new ObjectCache<ObjectOf<R> & AnyObject>(error =>
        options.log.error('a reader of a cache failed', { resource: id, error }),
      );
      byResource.set(id, cache);
      inOwnScope(() => void reflect(resource, cache, options, viewOf(resource)));
      return cache;
    },
  };
}

const ALL: View = {};

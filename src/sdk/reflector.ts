import { backoffMs } from '../base/backoff.ts';
import { inSlices } from '../base/in-slices.ts';
import type { World } from '../base/world.ts';
import type { Client } from '../api/client.ts';
import type { AnyObject } from '../api/object-meta.ts';
import { qualified, isStatusError } from '../api/status-error.ts';
import type { ObjectOf, Resource } from '../api/resource.ts';
import type { Logger } from '../kernel/logger.ts';
import { LIST_PAGE, RELIST } from './limits.ts';

/** Where a reflector puts what it sees. */
export interface Reflection<T> {
  /** resourceVersion come to so far. */
  readonly revision: string;
  /** Becomes exactly `objects`, by a little with each step. */
  replacing(objects: readonly T[]): Iterable<void>;
  put(object: T): void;
  drop(last: T): void;
  moveTo(revision: string): void;
  /** The first full list is in. */
  markSynced(): void;
}

/** Which of a kind's objects are reflected: all of them unless it says otherwise. */
export interface View {
  readonly namespace?: string;
  readonly fieldSelector?: string;
  /** What has to be done before a cache shows these objects; what comes after them waits for it. */
  readonly before?: (objects: readonly AnyObject[]) => Promise<void>;
}

export interface ReflectorOptions {
  readonly client: Client;
  readonly world: World;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/**
 * Keeps `cache` equal to the API until `signal` aborts: one list, then watches resumed at the last revision
 * seen. A compacted revision leads to a new list, whose differences are told as changes; any other error to
 * a wait that grows.
 */
export async function reflect<R extends Resource>(
  resource: R,
  cache: Reflection<ObjectOf<R> & AnyObject>,
  { client, world, log, signal }: ReflectorOptions,
  view: View = {},
): Promise<void> {
  let failures = 0;
  let listed = false;
  while (!signal.aborted) {
    try {
      if (!listed) {
        const { items, resourceVersion } = await listAll(client, resource, view);
        await view.before?.(items);
        await inSlices(world.clock, cache.replacing(items), () => signal.throwIfAborted());
        cache.moveTo(resourceVersion);
        cache.markSynced();
        listed = true;
      }
      await follow(resource, cache, client, signal, view, () => (failures = 0));
      if (!signal.aborted) await world.timers.sleep(RESUME_MS, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (isStatusError(error, 'Expired', 'Gone')) {
        listed = false;
        log.info('watch expired, listing again', { resource: qualified(resource), revision: cache.revision });
        if (failures === 0) {
          failures += 1;
          continue;
        }
      }
      failures += 1;
      log.warn('cache lost its watch', { resource: qualified(resource), failures, error });
      const waitMs = backoffMs(failures, RELIST) * (1 + world.random.fraction());
      await world.timers.sleep(waitMs, signal).catch((reason: unknown) => {
        if (!signal.aborted) throw reason;
      });
    }
  }
}

/** A watch that ends by itself (its server's timeout) is taken up again after this. */
const RESUME_MS = 10;

async function listAll<R extends Resource>(
  client: Client,
  resource: R,
  { before: _before, ...selection }: View,
): Promise<{ readonly items: readonly ObjectOf<R>[]; readonly resourceVersion: string }> {
  const options = { ...selection, limit: LIST_PAGE, leavesOutUnreadable: true } as const;
  let page = await client.list(resource, options);
  const items = [...page.items];
  while (page.continue !== undefined && page.continue !== '') {
    page = await client.list(resource, { ...options, continue: page.continue });
    items.push(...page.items);
  }
  return { items, resourceVersion: page.resourceVersion };
}

async function follow<R extends Resource>(
  resource: R,
  cache: Reflection<ObjectOf<R> & AnyObject>,
  client: Client,
  signal: AbortSignal,
  { before, ...selection }: View,
  onProgress: () => void,
): Promise<void> {
  const events = client.watch(resource, {
    ...selection,
    resourceVersion: cache.revision,
    allowWatchBookmarks: true,
    signal,
  });
  for await (const event of events) {
    if (signal.aborted) return;
    onProgress();
    if (event.type === 'DELETED') cache.drop(event.object);
    else if (event.type !== 'BOOKMARK') {
      if (before !== undefined) await before([event.object]);
      cache.put(event.object);
    }
    cache.moveTo(event.object.metadata.resourceVersion);
  }
}

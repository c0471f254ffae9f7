import { afterEach, describe, expect, it } from 'vitest';
import type { Client, ObjectList, WatchEvent } from '../api/client.ts';
import type { AnyObject } from '../api/object-meta.ts';
import { defineResource } from '../api/resource.ts';
import { StatusError } from '../api/status-error.ts';
import { silentLogger } from '../kernel/silent-logger.ts';
import { createCaches } from './create-caches.ts';
import { manualWorld } from './testing/manual-world.ts';

const Thing = defineResource({
  group: '',
  version: 'v1',
  kind: 'Thing',
  plural: 'things',
  scope: 'Namespaced',
  openapiName: 'Thing',
  columns: [],
  fields: {},
});

const thing = (name: string, resourceVersion: number, more: Partial<AnyObject['metadata']> = {}): AnyObject => ({
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: {
    name,
    namespace: 'default',
    uid: `uid-${name}`,
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...more,
    resourceVersion: String(resourceVersion),
  },
});

/** An API whose answers the test dictates: the faults are the point, so the server is not the real one. */
class ScriptedApi {
  items: readonly AnyObject[] = [];
  revision = 1;
  lists = 0;
  listError: Error | undefined;
  readonly watchedFrom: (string | undefined)[] = [];
  #feed: { push(event: WatchEvent<AnyObject>): void; fail(error: Error): void; end(): void } | undefined;

  readonly client = {
    list: async (): Promise<ObjectList<AnyObject>> => {
      this.lists += 1;
      if (this.listError !== undefined) throw this.listError;
      return { items: this.items, resourceVersion: String(this.revision) };
    },
    watch: (_: unknown, options: { readonly resourceVersion?: string }) => {
      this.watchedFrom.push(options.resourceVersion);
      return this.#stream();
    },
  } as unknown as Client;

  emit(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: AnyObject): void {
    this.#feed?.push({ type, object });
  }
  bookmark(resourceVersion: string): void {
    this.#feed?.push({ type: 'BOOKMARK', object: { apiVersion: 'v1', kind: 'Thing', metadata: { resourceVersion } } });
  }
  fail(error: Error): void {
    this.#feed?.fail(error);
  }
  end(): void {
    this.#feed?.end();
  }

  #stream(): AsyncIterable<WatchEvent<AnyObject>> {
    const stream = new ReadableStream<WatchEvent<AnyObject>>({
      start: controller => {
        this.#feed = {
          push: event => controller.enqueue(event),
          fail: error => controller.error(error),
          end: () => controller.close(),
        };
      },
    });
    return stream;
  }
}

const stops: AbortController[] = [];
afterEach(() => stops.splice(0).forEach(stop => stop.abort()));

async function start(api: ScriptedApi) {
  const world = manualWorld();
  const stop = new AbortController();
  stops.push(stop);
  const cache = createCaches({ client: api.client, world, log: silentLogger, signal: stop.signal }).of(Thing);
  const told: string[] = [];
  cache.subscribe({
    changed: (object, before) =>
      told.push(
        `${before === undefined ? 'new' : 'changed'} ${object.metadata.name}@${object.metadata.resourceVersion}`,
      ),
    removed: last => told.push(`removed ${last.metadata.name}`),
  });
  await world.advance(0);
  return { world, cache, told };
}

describe('createCaches', () => {
  it('lists, then follows, and keeps its indexes', async () => {
    const api = new ScriptedApi();
    api.items = [thing('a', 1, { labels: { app: 'x' } })];
    const { world, cache, told } = await start(api);
    await cache.synced;
    const byApp = { name: 'app', keysOf: (object: AnyObject) => [object.metadata.labels?.['app'] ?? ''] };
    expect(cache.indexed(byApp, 'x').map(o => o.metadata.name)).toEqual(['a']);
    api.emit('ADDED', thing('b', 2, { labels: { app: 'x' } }));
    api.emit('MODIFIED', thing('a', 3, { labels: { app: 'y' } }));
    api.emit('DELETED', thing('b', 4));
    await world.advance(0);
    expect(told).toEqual(['new a@1', 'new b@2', 'changed a@3', 'removed b']);
    expect(cache.indexed(byApp, 'x')).toEqual([]);
    expect(cache.indexed(byApp, 'y')).toHaveLength(1);
    expect(cache.list('default')).toHaveLength(1);
    expect(cache.list('other')).toHaveLength(0);
    expect(cache.byUid('uid-b')).toBeUndefined();
    expect(cache.revision).toBe('4');
  });

  it('fills a little in each round of the event loop, and is not synced before all is there', async () => {
    const api = new ScriptedApi();
    api.items = Array.from({ length: 50 }, (_, i) => thing(`t${i}`, i + 1));
    // Each look at the clock is a millisecond of work.
    let nowMs = 0;
    const world = { ...manualWorld(), clock: { ...manualWorld().clock, monotonicMs: () => nowMs++ } };
    const stop = new AbortController();
    stops.push(stop);
    const cache = createCaches({ client: api.client, world, log: silentLogger, signal: stop.signal }).of(Thing);
    const seen: number[] = [];
    while (!cache.hasSynced) {
      await new Promise(resolve => void setImmediate(resolve));
      seen.push(cache.list().length);
    }
    expect(seen.at(-1)).toBe(50);
    expect(seen.length).toBeGreaterThan(10);
    expect(seen).toEqual(seen.toSorted((one, other) => one - other));
  });

  it('resumes a watch that ended or broke at the last revision, bookmarks included, without a list', async () => {
    const api = new ScriptedApi();
    const { world } = await start(api);
    api.bookmark('7');
    await world.advance(0);
    api.end();
    await world.advance(20);
    api.fail(new Error('connection reset'));
    await world.advance(200);
    expect(api.watchedFrom).toEqual(['1', '7', '7']);
    expect(api.lists).toBe(1);
  });

  it('repairs itself in place after its revision was compacted', async () => {
    const api = new ScriptedApi();
    api.items = [thing('kept', 1), thing('changed', 1), thing('gone', 1), thing('replaced', 1)];
    const { world, cache, told } = await start(api);
    told.length = 0;
    api.items = [thing('kept', 1), thing('changed', 8), thing('replaced', 9, { uid: 'other' }), thing('added', 10)];
    api.revision = 10;
    api.fail(new StatusError('Expired', 'too old resource version'));
    await world.advance(0);
    expect(told).toEqual(['removed gone', 'changed changed@8', 'removed replaced', 'new replaced@9', 'new added@10']);
    expect(cache.byUid('uid-replaced')).toBeUndefined();
    expect(api.watchedFrom).toEqual(['1', '10']);
  });

  it('waits longer after each failed list, and still gets there', async () => {
    const api = new ScriptedApi();
    api.listError = new StatusError('ServiceUnavailable', 'down');
    const { world, cache } = await start(api);
    await world.advance(10_000);
    expect(api.lists).toBeLessThan(8);
    expect(cache.hasSynced).toBe(false);
    api.listError = undefined;
    await world.advance(30_000);
    expect(cache.hasSynced).toBe(true);
  });

  it('shares one cache a kind and survives a reader that throws', async () => {
    const api = new ScriptedApi();
    const { world, cache, told } = await start(api);
    cache.subscribe({
      changed: () => {
        throw new Error('bad reader');
      },
      removed: () => undefined,
    });
    api.emit('ADDED', thing('a', 2));
    await world.advance(0);
    expect(told).toEqual(['new a@2']);
    expect(api.lists).toBe(1);
  });

  it('tells when it shows a write or a removal', async () => {
    const api = new ScriptedApi();
    api.items = [thing('a', 1)];
    const { world, cache } = await start(api);
    const shown: string[] = [];
    void cache.reached('5').then(() => shown.push('5'));
    void cache.reached('3').then(() => shown.push('3'));
    void cache.removed('uid-a').then(() => shown.push('a'));
    await world.advance(0);
    expect(shown).toEqual([]);
    api.emit('MODIFIED', thing('a', 3));
    await world.advance(0);
    expect(shown).toEqual(['3']);
    api.emit('MODIFIED', thing('a', 6, { deletionTimestamp: '2026-01-01T00:00:00Z' }));
    await world.advance(0);
    expect(shown.sort()).toEqual(['3', '5', 'a']);
    await cache.reached('2');
    await cache.removed('never-seen');
  });
});

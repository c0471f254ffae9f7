import type { Resource } from '../../src/api/resource.ts';
import { storagePrefix } from '../../src/api/storage-key.ts';
import { LruMap } from '../../src/base/lru-map.ts';
import type { Clock } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { Store } from '../../src/store/store.ts';
import type { RequestInfo } from '../apiserver/contract.ts';
import { COUNT_MS, COUNTED_KINDS, SAMPLED_OBJECTS } from './limits.ts';
import type { KindStats } from './work-estimate.ts';

/** How many objects of a kind there are, and how large: as it was a while ago, so that nobody waits to be told. */
export class KindCounts {
  readonly #store: Pick<Store, 'list'>;
  /** Those that are served. */
  readonly #served: readonly Resource[];
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #log: Logger;
  readonly #known = new LruMap<string, { stats: KindStats | undefined; countedMs: number }>(COUNTED_KINDS);

  constructor(parts: {
    readonly store: Pick<Store, 'list'>;
    readonly served: readonly Resource[];
    readonly clock: Pick<Clock, 'monotonicMs'>;
    readonly log: Logger;
  }) {
    this.#store = parts.store;
    this.#served = parts.served;
    this.#clock = parts.clock;
    this.#log = parts.log;
  }

  /** `undefined` for one that was not counted yet, or is not kept here. */
  statsOf({ group, resource }: RequestInfo): KindStats | undefined {
    const key = `${group}/${resource}`;
    const nowMs = this.#clock.monotonicMs();
    let known = this.#known.get(key);
    if (known === undefined || nowMs - known.countedMs >= COUNT_MS) {
      known = { stats: known?.stats, countedMs: nowMs };
      this.#known.set(key, known);
      void this.#count(known, group, resource);
    }
    return known.stats;
  }

  async #count(known: { stats: KindStats | undefined }, group: string, plural: string): Promise<void> {
    const resource = this.#served.find(each => each.group === group && each.plural === plural);
    if (resource === undefined) return;
    try {
      const { entries, remaining } = await this.#store.list(storagePrefix(resource), { limit: SAMPLED_OBJECTS });
      const bytes = entries.reduce((sum, { value }) => sum + value.length, 0);
      known.stats = { count: entries.length + remaining, averageBytes: bytes / Math.max(1, entries.length) };
    } catch (error) {
      this.#log.debug('objects were not counted', { resource: plural, error });
    }
  }
}

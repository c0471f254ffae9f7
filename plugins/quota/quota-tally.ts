import type { Key } from '../../src/api/client.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Resource } from '../../src/api/resource.ts';
import type { Cache, CacheHandler } from '../../src/sdk/caches.ts';
import type { WatchContext } from '../../src/sdk/controller.ts';
import { keyOf } from '../../src/sdk/object-key.ts';
import { ResourceQuota } from '../kinds/core/v1/resource-quota.ts';
import { amountsOf, isEqual, type Amounts } from './amounts.ts';
import type { Charges } from './charges.ts';
import { countUsage } from './count-usage.ts';
import { CountedKinds, type FollowedKind } from './counted-kinds.ts';
import type { Evaluator } from './evaluators/evaluator.ts';
import type { Evaluators } from './evaluators/evaluators.ts';
import { RECOUNT_MS } from './limits.ts';

export interface QuotaTallyOptions {
  readonly watch: WatchContext;
  readonly charges: Charges;
  readonly evaluators: Evaluators;
  resources(this: void): readonly Resource[];
  cacheOf(this: void, evaluator: Evaluator): Cache<AnyObject>;
}

/** Knows what there is to count, and which quotas are to be counted anew. */
export class QuotaTally {
  readonly #options: QuotaTallyOptions;
  readonly #quotas: Cache<ResourceQuota>;
  readonly #kinds: CountedKinds;
  /** By key, when a quota was counted; those that are to be counted are not here. */
  readonly #countedAtMs = new Map<string, number>();

  constructor(options: QuotaTallyOptions) {
    const { caches, client, world, log, signal } = options.watch;
    this.#options = options;
    this.#quotas = caches.of(ResourceQuota);
    this.#kinds = new CountedKinds({
      client,
      world,
      log,
      signal,
      evaluators: options.evaluators,
      resources: options.resources,
      cacheOf: options.cacheOf,
      handlerOf: (evaluator, objects) => this.#handlerOf(evaluator, objects),
    });
  }

  kind(resource: string): FollowedKind | undefined {
    return this.#kinds.get(resource);
  }

  /** How long a quota may stay as it was counted; not at all where it says other limits than are enforced. */
  restMs({ metadata, spec, status }: ResourceQuota, nowMs: number): number {
    const countedAtMs = this.#countedAtMs.get(keyOf(metadata));
    if (countedAtMs === undefined || !isEqual(amountsOf(spec.hard), amountsOf(status.hard))) return 0;
    return Math.max(0, countedAtMs + RECOUNT_MS - nowMs);
  }

  /** What is in use by now, writes included that are under way. What cannot be counted yet is left out. */
  count({ metadata, spec }: ResourceQuota, nowMs: number): Amounts {
    const { namespace = '' } = metadata;
    const kinds = this.#kinds.counting(Object.keys(spec.hard ?? {}));
    for (const { evaluator, objects } of kinds) {
      if (!objects.hasSynced) void objects.synced.then(() => this.#wake(evaluator));
    }
    const counted = kinds
      .filter(({ objects }) => objects.hasSynced)
      .map(({ evaluator, objects }) => {
        const seen = objects.list(namespace);
        return { evaluator, objects: this.#options.charges.merged(namespace, evaluator.resource, seen) };
      });
    return countUsage(spec, counted, nowMs);
  }

  counted({ metadata }: ResourceQuota, nowMs: number): void {
    this.#countedAtMs.set(keyOf(metadata), nowMs);
  }

  /** What was counted could not be written. */
  failed({ metadata }: ResourceQuota): void {
    this.#countedAtMs.delete(keyOf(metadata));
  }

  forget(key: Key): void {
    this.#countedAtMs.delete(keyOf(key));
    this.#retain();
  }

  /** All quotas of a namespace are to be counted anew. */
  wakeAll(namespace: string): void {
    for (const quota of this.#quotas.list(namespace)) this.#recount(quota);
  }

  /** Kinds have come or gone. */
  kindsChanged(): void {
    this.#retain();
    for (const quota of this.#quotas.list()) {
      if (Object.keys(quota.spec.hard ?? {}).some(name => name.startsWith('count/'))) this.#recount(quota);
    }
  }

  #retain(): void {
    this.#kinds.retain(new Set(this.#quotas.list().flatMap(({ spec }) => Object.keys(spec.hard ?? {}))));
  }

  #handlerOf(evaluator: Evaluator, objects: Pick<Cache<AnyObject>, 'hasSynced'>): CacheHandler<AnyObject> {
    const { charges, watch } = this.#options;
    return {
      changed: (object, before) => {
        const charge = charges.get(object.metadata);
        const { namespace = '', resourceVersion } = object.metadata;
        // What was charged is counted already; what nobody charged was made elsewhere, or before the quota was seen.
        const isNews =
          before === undefined
            ? charge === undefined && objects.hasSynced
            : evaluator.hasChanged(object, before, watch.world.clock.now());
        if (isNews) this.#wake(evaluator, namespace);
        if (charge?.revision !== undefined && Number(resourceVersion) >= charge.revision) charges.end(object.metadata);
      },
      removed: object => {
        charges.end(object.metadata);
        this.#wake(evaluator, object.metadata.namespace);
      },
    };
  }

  /** Quotas that limit what is counted in this way, of one namespace or of all. */
  #wake(evaluator: Evaluator, namespace?: string): void {
    for (const quota of this.#quotas.list(namespace)) {
      if (Object.keys(quota.spec.hard ?? {}).some(name => evaluator.counts(name))) this.#recount(quota);
    }
  }

  #recount({ metadata }: ResourceQuota): void {
    this.#countedAtMs.delete(keyOf(metadata));
    this.#options.watch.wake(metadata);
  }
}

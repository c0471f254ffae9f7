import type { Client } from '../../src/api/client.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import type { Resource } from '../../src/api/resource.ts';
import { qualified } from '../../src/api/status-error.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { Cache, CacheHandler } from '../../src/sdk/caches.ts';
import { ObjectCache } from '../../src/sdk/object-cache.ts';
import { reflect, type Reflection } from '../../src/sdk/reflector.ts';
import { countedBy } from './evaluators/count-evaluator.ts';
import type { Evaluators } from './evaluators/evaluators.ts';
import type { Evaluator } from './evaluators/evaluator.ts';

/** A kind whose objects are known here. */
export interface FollowedKind {
  readonly evaluator: Evaluator;
  readonly objects: Pick<Cache<AnyObject>, 'list' | 'byUid' | 'hasSynced' | 'synced' | 'revision'>;
}

export interface CountedKindsOptions {
  readonly client: Client;
  readonly world: World;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly evaluators: Evaluators;
  /** All kinds there are by now. */
  resources(this: void): readonly Resource[];
  /** The cache of a kind of which more is counted than how many there are. */
  cacheOf(this: void, evaluator: Evaluator): Cache<AnyObject>;
  /** It is told of the objects there are before this is made. */
  handlerOf(this: void, evaluator: Evaluator, objects: Pick<Cache<AnyObject>, 'hasSynced'>): CacheHandler<AnyObject>;
}

/**
 * The kinds that quotas count. Those with more to them than their number are followed by the caches that all share;
 * of others only names are kept, and only while some quota counts them.
 */
export class CountedKinds {
  readonly #options: CountedKindsOptions;
  readonly #special: readonly FollowedKind[];
  readonly #others = new Map<string, FollowedKind & { readonly stop: AbortController }>();

  constructor(options: CountedKindsOptions) {
    this.#options = options;
    this.#special = options.evaluators.special.map(evaluator => {
      const objects = options.cacheOf(evaluator);
      const subscription = objects.subscribe(options.handlerOf(evaluator, objects));
      options.signal.addEventListener('abort', () => subscription[Symbol.dispose](), { once: true });
      return { evaluator, objects };
    });
  }

  get(resource: string): FollowedKind | undefined {
    return this.#others.get(resource) ?? this.#special.find(({ evaluator }) => evaluator.resource === resource);
  }

  /** Kinds that count something of these names; what is not followed yet is from now on. */
  counting(names: readonly string[]): readonly FollowedKind[] {
    const special = this.#special.filter(({ evaluator }) => names.some(name => evaluator.counts(name)));
    const others = [...new Set(names.flatMap(name => countedBy(name) ?? []))].flatMap(name => this.#follow(name) ?? []);
    return [...special, ...others];
  }

  /** Lets go of what none of these names counts, and of kinds that are gone. */
  retain(names: ReadonlySet<string>): void {
    const all = this.#options.resources();
    for (const [resource, { evaluator, stop }] of this.#others) {
      const isWanted = [...names].some(name => evaluator.counts(name)) && findCountable(all, resource) !== undefined;
      if (isWanted) continue;
      this.#others.delete(resource);
      stop.abort();
    }
  }

  #follow(name: string): FollowedKind | undefined {
    const known = this.#others.get(name);
    if (known !== undefined) return known;
    const { evaluators } = this.#options;
    const evaluator = evaluators.of(name);
    const resource = findCountable(this.#options.resources(), name);
    if (evaluator === undefined || resource === undefined || evaluators.special.includes(evaluator)) return undefined;
    const { client, world, log, signal } = this.#options;
    const stop = new AbortController();
    const objects = new ObjectCache<AnyObject>(error => log.error('counting failed', { resource: name, error }));
    objects.subscribe(this.#options.handlerOf(evaluator, objects));
    const until = AbortSignal.any([signal, stop.signal]);
    void reflect(resource, namesOnly(objects), { client, world, log, signal: until });
    const kind = { evaluator, objects, stop };
    this.#others.set(name, kind);
    return kind;
  }
}

/** The kind of this plural and group whose objects can be counted, in the version in which they are stored. */
function findCountable(all: readonly Resource[], name: string): Resource | undefined {
  return all.find(({ scope, virtual, storedAs, custom, verbs, ...resource }) => {
    if (qualified(resource) !== name || scope !== 'Namespaced' || virtual === true) return false;
    if (storedAs !== undefined || custom?.isStored === false) return false;
    return verbs === undefined || (['create', 'delete', 'list', 'watch'] as const).every(verb => verbs.includes(verb));
  });
}

/** Objects without what they hold. */
function namesOnly(cache: ObjectCache<AnyObject>): Reflection<AnyObject> {
  return {
    get revision() {
      return cache.revision;
    },
    replacing: objects => cache.replacing(objects.map(nameOnly)),
    put: object => cache.put(nameOnly(object)),
    drop: object => cache.drop(nameOnly(object)),
    moveTo: revision => cache.moveTo(revision),
    markSynced: () => cache.markSynced(),
  };
}

function nameOnly({ apiVersion, kind, metadata }: AnyObject): AnyObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const within = namespace === undefined ? {} : { namespace };
  return { apiVersion, kind, metadata: { name, ...within, uid, resourceVersion, creationTimestamp } };
}

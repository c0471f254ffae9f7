import type { World } from '../base/world.ts';
import { isDeepEqual } from '../base/deep-equal.ts';
import type { Client, Key } from '../api/client.ts';
import type { AnyObject } from '../api/object-meta.ts';
import type { InputOf, ObjectOf, Resource } from '../api/resource.ts';
import { isStatusError, qualified } from '../api/status-error.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Cache, Caches } from './caches.ts';
import { claimOwned, type Belongs } from './claim.ts';
import type { Controller, ControllerClient, Outcome, Read } from './controller.ts';
import type { EventRecorder } from './events.ts';
import { Gate, gated } from './gate.ts';
import { GATE_MS, WORKERS } from './limits.ts';
import { keyOf, parseKey } from './object-key.ts';
import { controllerOf, controllerReference } from './controller-reference.ts';
import type { MeasuredQueue } from './queue-metrics.ts';
import { WorkQueue } from './work-queue.ts';

export interface ControllerRuntime {
  readonly caches: Caches;
  /** Acts as the controller's own service account. */
  readonly client: Client;
  readonly events: EventRecorder;
  readonly world: World;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** What a running controller has done, for metrics and tests. */
export interface ControllerStats {
  readonly passes: number;
  readonly errors: number;
  readonly queued: number;
  /** Passes under way and keys waiting for the caches included. */
  readonly busy: number;
}

export interface RunningController {
  readonly queue: MeasuredQueue;
  stats(): ControllerStats;
}

/** Runs one controller until `signal` aborts. Its errors are its own: logged, counted and retried. */
export function runController(controller: Controller, runtime: ControllerRuntime): RunningController {
  return new Runner(controller, runtime);
}

class Runner {
  readonly #controller: Controller;
  readonly #runtime: ControllerRuntime;
  readonly queue: WorkQueue;
  readonly #caches: Caches;
  readonly #watched: ReadonlySet<Resource>;
  readonly #primary: Cache<AnyObject>;
  #passes = 0;
  #errors = 0;
  #running = 0;
  #waiting = 0;
  #isPumping = false;

  constructor(controller: Controller, runtime: ControllerRuntime) {
    this.#controller = controller;
    this.#runtime = runtime;
    this.queue = new WorkQueue(runtime.world);
    const owned = Object.values(controller.owned ?? {});
    this.#watched = new Set([controller.primary, ...owned, ...(controller.reads ?? []).map(read => read.resource)]);
    this.#caches = declaredOnly(runtime.caches, this.#watched, controller.name);
    this.#primary = this.#caches.of(controller.primary);
    this.#subscribe(owned);
    const { client, world, log, signal } = runtime;
    const wake = (key: Key): void => this.queue.add(keyOf(key));
    controller.watches?.({ caches: this.#caches, client, world, log, signal, wake });
    runtime.signal.addEventListener('abort', () => this.queue.close(), { once: true });
    const synced = [...this.#watched].map(resource => runtime.caches.of(resource).synced);
    void Promise.all(synced).then(() => {
      this.queue.onReady = () => this.#pumpSoon();
      this.#pump();
    });
  }

  stats(): ControllerStats {
    return {
      passes: this.#passes,
      errors: this.#errors,
      queued: this.queue.length,
      busy: this.#running + this.#waiting,
    };
  }

  #subscribe(owned: readonly Resource[]): void {
    const { signal } = this.#runtime;
    const { primary, concerns, reads = [] } = this.#controller;
    const watch = (resource: Resource, wake: (object: AnyObject) => void, matters?: Read['matters']): void => {
      const subscription = this.#caches.of(resource).subscribe({
        changed: (object: AnyObject, before: AnyObject | undefined) => {
          if (before !== undefined && matters?.(object, before) === false) return;
          if (before !== undefined) wake(before);
          wake(object);
        },
        removed: wake,
      });
      signal.addEventListener('abort', () => subscription[Symbol.dispose](), { once: true });
    };
    watch(primary, object => {
      if (concerns === undefined || concerns(object)) this.queue.add(keyOf(object.metadata));
    });
    for (const resource of owned) watch(resource, object => this.#wakeOwner(object));
    for (const read of reads) {
      const { wakes } = read;
      if (wakes === undefined) continue;
      const wake = (object: AnyObject): void => {
        for (const key of wakes(object, this.#caches)) this.queue.add(keyOf(key));
      };
      watch(read.resource, wake, read.matters);
    }
  }

  /** The controlling owner, or whoever might adopt an object without one. */
  #wakeOwner(object: AnyObject): void {
    const { primary } = this.#controller;
    const reference = controllerOf(object);
    const namespace = object.metadata.namespace;
    if (reference !== undefined) {
      if (reference.kind === primary.kind && groupOf(reference.apiVersion) === primary.group) {
        this.queue.add(keyOf({ name: reference.name, namespace: primary.scope === 'Cluster' ? undefined : namespace }));
      }
      return;
    }
    if (this.#controller.adopts === undefined || object.metadata.deletionTimestamp !== undefined) return;
    for (const candidate of this.#primary.list(namespace)) {
      if (this.#controller.adopts(candidate).matches(object.metadata.labels)) {
        this.queue.add(keyOf(candidate.metadata));
      }
    }
  }

  /** One change may name a key more than once: who took it at the first would have to do it again. */
  #pumpSoon(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    queueMicrotask(() => {
      this.#isPumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    const limit = this.#controller.workers ?? WORKERS;
    while (this.#running < limit && !this.#runtime.signal.aborted) {
      const key = this.queue.take();
      if (key === undefined) return;
      this.#running += 1;
      void this.#work(key);
    }
  }

  /** One pass over one key. Never rejects. */
  async #work(key: string): Promise<void> {
    const gate = new Gate(this.#caches, this.#watched);
    this.#passes += 1;
    let after: number | undefined;
    let failed = false;
    try {
      after = await this.#pass(parseKey(key), gate);
    } catch (error) {
      failed = true;
      this.#report(key, error);
    }
    this.#running -= 1;
    this.#waiting += 1;
    this.#pump();
    await this.#passGate(key, gate);
    this.#waiting -= 1;
    if (failed) this.queue.retry(key);
    else {
      this.queue.forget(key);
      if (after !== undefined) this.queue.addAfter(key, after);
    }
    this.queue.done(key);
  }

  async #pass(key: Key, gate: Gate): Promise<number | undefined> {
    const { controller, client } = { controller: this.#controller, client: gated(this.#runtime.client, gate) };
    const object = this.#primary.get(key.name, key.namespace);
    if (object === undefined) {
      await controller.removed?.({ key, caches: this.#caches, client });
      return undefined;
    }
    if (controller.concerns?.(object) === false) return undefined;
    const belongs = belonging(controller, object);
    const owned: Record<string, readonly AnyObject[]> = {};
    for (const [name, resource] of Object.entries(controller.owned ?? {})) {
      const cache: Cache<AnyObject> = this.#caches.of(resource);
      owned[name] = await claimOwned(client, controller, object, belongs, resource, cache);
    }
    const { events, world, signal } = this.#runtime;
    const outcome = await controller.reconcile({
      object,
      owned,
      caches: this.#caches,
      client: owning(client, object),
      nowMs: world.clock.now(),
      signal,
      event: (type, reason, message, about = object) => events.event(about, type, reason, message),
    });
    await this.#writeStatus(client, gate.latest(object.metadata.uid) ?? object, outcome);
    if (outcome.failure !== undefined) throw outcome.failure;
    return outcome.requeueAfterMs;
  }

  async #writeStatus(client: Client, object: AnyObject & { readonly status?: unknown }, outcome: Outcome<unknown>) {
    if (outcome.status === undefined || isDeepEqual(outcome.status, object.status)) return;
    try {
      await client.updateStatus(this.#controller.primary, { ...object, status: outcome.status } as AnyObject);
    } catch (error) {
      // Gone meanwhile: there is nothing left to tell.
      if (!isStatusError(error, 'NotFound')) throw error;
    }
  }

  async #passGate(key: string, gate: Gate): Promise<void> {
    if (gate.isOpen) return;
    const { world, signal, log } = this.#runtime;
    const patience = new AbortController();
    const timeout = world.timers.sleep(GATE_MS, AbortSignal.any([signal, patience.signal])).then(
      () => 'late' as const,
      () => 'stopped' as const,
    );
    const first = await Promise.race([gate.opened().then(() => 'open' as const), timeout]);
    patience.abort();
    if (first === 'late') log.warn('caches do not show own writes', { controller: this.#controller.name, key });
  }

  #report(key: string, error: unknown): void {
    if (this.#runtime.signal.aborted) return;
    this.#errors += 1;
    const fields = { controller: this.#controller.name, kind: qualified(this.#controller.primary), key, error };
    // Losing a race against another writer is the normal course of things.
    if (isStatusError(error, 'Conflict')) this.#runtime.log.debug('pass lost a race', fields);
    else this.#runtime.log.warn('pass failed', fields);
  }
}

/** What `object` may own; `undefined` where it takes nothing over and lets nothing go. */
function belonging({ adopts, isMember }: Controller, object: AnyObject): Belongs | undefined {
  const selector = adopts?.(object);
  if (selector === undefined) return undefined;
  return candidate => selector.matches(candidate.metadata.labels) && isMember?.(object, candidate) !== false;
}

const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? (apiVersion.split('/', 1)[0] ?? '') : '');

function declaredOnly(caches: Caches, declared: ReadonlySet<Resource>, controller: string): Caches {
  return {
    of<R extends Resource>(resource: R): Cache<ObjectOf<R>> {
      if (!declared.has(resource)) throw new Error(`${controller} reads ${qualified(resource)} without declaring it`);
      return caches.of(resource);
    },
  };
}

function owning(client: Client, owner: AnyObject): ControllerClient {
  return {
    ...client,
    createOwned<R extends Resource>(resource: R, object: InputOf<R>): Promise<ObjectOf<R>> {
      const { namespace } = owner.metadata;
      const input: { readonly metadata?: object } = object;
      const metadata = {
        ...input.metadata,
        ...(namespace === undefined ? {} : { namespace }),
        ownerReferences: [controllerReference(owner)],
      };
      return client.create(resource, { ...object, metadata });
    },
  };
}

import { LruMap } from '../../../src/base/lru-map.ts';
import type { World } from '../../../src/base/world.ts';
import type { Client, Key } from '../../../src/api/client.ts';
import type { AnyObject, OwnerReference } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { isStatusError, qualified } from '../../../src/api/status-error.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { reflect, type Reflection } from '../../../src/sdk/reflector.ts';
import { WorkQueue } from '../../../src/sdk/work-queue.ts';
import { ABSENT_OWNERS, PARALLEL_DELETES } from '../limits.ts';
import { FOREGROUND, ORPHAN, OwnerGraph, type Consequences, type GraphNode } from './owner-graph.ts';
import { blockersOf, planCollection, type OwnerState } from './plan-collection.ts';

export interface GarbageCollectorOptions {
  readonly client: Client;
  readonly world: World;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** All kinds there are; asked again when an owner of an unknown kind is met. */
  resources(this: void): readonly Resource[];
}

/**
 * Deletes what all owners have left, lets go of what is to be orphaned, and finishes foreground deletions.
 * No object is deleted on the word of the graph: owners are looked up live first.
 */
export class GarbageCollector {
  readonly #options: GarbageCollectorOptions;
  readonly #graph = new OwnerGraph();
  readonly queue: WorkQueue;
  readonly #followed = new Map<string, Resource>();
  readonly #absent = new LruMap<string, true>(ABSENT_OWNERS);
  /** Kinds not yet listed: without them dependents would be missed. */
  readonly #unsynced = new Set<string>();
  #kinds = 0;
  #running = 0;

  constructor(options: GarbageCollectorOptions) {
    this.#options = options;
    this.queue = new WorkQueue(options.world);
    this.queue.onReady = () => this.#pump();
    options.signal.addEventListener('abort', () => this.queue.close(), { once: true });
  }

  /** Follows every kind there is by now; may be called again when kinds were added. */
  start(): void {
    const { client, world, log, signal } = this.#options;
    const resources = this.#options.resources();
    this.#kinds = resources.length;
    for (const resource of resources) {
      const id = qualified(resource);
      if (!isCollectable(resource) || this.#followed.has(id)) continue;
      this.#followed.set(id, resource);
      this.#unsynced.add(id);
      void reflect(resource, this.#reflectionOf(resource), { client, world, log, signal });
    }
  }

  #reflectionOf(resource: Resource): Reflection<AnyObject> {
    const graph = this.#graph;
    const follow = (consequences: Consequences): void => this.#follow(consequences);
    let revision = '0';
    return {
      get revision() {
        return revision;
      },
      *replacing(objects) {
        const kept = new Set(objects.map(({ metadata }) => metadata.uid));
        for (const { uid } of graph.nodesOf(resource)) if (!kept.has(uid)) yield follow(graph.drop(uid));
        for (const object of objects) yield follow(graph.put(resource, object));
      },
      put: object => follow(graph.put(resource, object)),
      drop: ({ metadata }) => follow(graph.drop(metadata.uid)),
      moveTo: next => void (revision = next),
      markSynced: () => {
        this.#unsynced.delete(qualified(resource));
        this.#pump();
      },
    };
  }

  #follow({ inspect, orphan }: Consequences): void {
    for (const uid of inspect) this.queue.add(`inspect ${uid}`);
    for (const uid of orphan) this.queue.add(`orphan ${uid}`);
  }

  #pump(): void {
    if (this.#unsynced.size > 0) return;
    while (this.#running < PARALLEL_DELETES && !this.#options.signal.aborted) {
      const task = this.queue.take();
      if (task === undefined) return;
      this.#running += 1;
      void this.#work(task);
    }
  }

  async #work(task: string): Promise<void> {
    // Kinds come while the cluster runs; an owner of one must not be taken for unknown.
    if (this.#options.resources().length !== this.#kinds) this.start();
    const [what, uid = ''] = task.split(' ');
    try {
      const node = this.#graph.node(uid);
      if (node !== undefined) await (what === 'orphan' ? this.#orphan(node) : this.#inspect(node));
      this.queue.forget(task);
    } catch (error) {
      if (!this.#options.signal.aborted) {
        const level = isStatusError(error, 'Conflict') ? 'debug' : 'warn';
        this.#options.log[level]('collection failed', { task, error });
        this.queue.retry(task);
      }
    }
    this.#running -= 1;
    this.queue.done(task);
    this.#pump();
  }

  async #inspect(node: GraphNode): Promise<void> {
    if (node.isDeleting && !node.awaitsDependents) return;
    const object = await this.#live(node);
    if (object === undefined) return;
    if (node.awaitsDependents) {
      await this.#finishForeground(node, object);
      return;
    }
    const states = new Map<string, OwnerState>();
    for (const owner of object.metadata.ownerReferences ?? []) {
      states.set(owner.uid, await this.#stateOf(owner, object.metadata.namespace));
    }
    const dependents = this.#graph.dependentsOf(node.uid);
    const step = planCollection(object.metadata, states, dependents);
    if (step.do === 'release') await this.#removeOwners(node, object, step.owners);
    if (step.do !== 'delete') return;
    if (step.unblock) {
      for (const dependent of dependents) await this.#unblock(dependent, node.uid);
    }
    await this.#delete(node, object, step.policy);
  }

  async #finishForeground(node: GraphNode, object: AnyObject): Promise<void> {
    const blockers = blockersOf(node.uid, this.#graph.dependentsOf(node.uid));
    if (blockers.length === 0) await this.#removeFinalizer(node, object, FOREGROUND);
    else for (const { uid, awaitsDependents } of blockers) if (!awaitsDependents) this.queue.add(`inspect ${uid}`);
  }

  async #orphan(node: GraphNode): Promise<void> {
    for (const dependent of this.#graph.dependentsOf(node.uid)) {
      const object = await this.#live(dependent);
      if (object !== undefined) await this.#removeOwners(dependent, object, [node.uid]);
    }
    const owner = await this.#live(node);
    if (owner !== undefined) await this.#removeFinalizer(node, owner, ORPHAN);
  }

  /** The object as it is now; one that is gone, or replaced, leaves the graph. */
  async #live({ resource, key, uid }: GraphNode): Promise<AnyObject | undefined> {
    if (resource === undefined) return undefined;
    const object = await this.#find(resource, key);
    if (object?.metadata.uid === uid) return object;
    this.#follow(this.#graph.drop(uid));
    return undefined;
  }

  async #find(resource: Resource, key: Key): Promise<AnyObject | undefined> {
    try {
      return await this.#options.client.get<Resource>(resource, key);
    } catch (error) {
      if (isStatusError(error, 'NotFound')) return undefined;
      throw error;
    }
  }

  /** An owner of a kind nobody serves counts as present: nothing is deleted on a guess. */
  async #stateOf(reference: OwnerReference, namespace: string | undefined): Promise<OwnerState> {
    const resource = this.#resourceOf(reference);
    if (resource === undefined) return 'present';
    if (resource.scope === 'Namespaced' && namespace === undefined) return 'present';
    if (this.#absent.get(reference.uid) === true) return 'absent';
    const key = resource.scope === 'Cluster' || namespace === undefined ? {} : { namespace };
    const owner = await this.#find(resource, { name: reference.name, ...key });
    if (owner === undefined || owner.metadata.uid !== reference.uid) {
      this.#absent.set(reference.uid, true);
      return 'absent';
    }
    const isAwaiting =
      owner.metadata.deletionTimestamp !== undefined && owner.metadata.finalizers?.includes(FOREGROUND);
    return isAwaiting === true ? 'awaits-dependents' : 'present';
  }

  #resourceOf({ apiVersion, kind }: OwnerReference): Resource | undefined {
    const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
    return this.#options
      .resources()
      .find(resource => resource.group === group && resource.kind === kind && isCollectable(resource));
  }

  async #delete(
    node: GraphNode,
    { metadata }: AnyObject,
    policy: 'Orphan' | 'Background' | 'Foreground' = 'Background',
  ) {
    const { uid, resourceVersion } = metadata;
    await this.#write(node, resource =>
      this.#options.client.delete(resource, node.key, {
        propagationPolicy: policy,
        // Owners may have changed since they were looked up.
        preconditions: { uid, resourceVersion },
      }),
    );
  }

  #removeOwners(node: GraphNode, { metadata }: AnyObject, uids: readonly string[]): Promise<void> {
    const owners = (metadata.ownerReferences ?? []).filter(({ uid }) => !uids.includes(uid));
    return this.#patch(node, metadata, { ownerReferences: owners.length === 0 ? null : owners });
  }

  async #unblock(dependent: GraphNode, owner: string): Promise<void> {
    const object = await this.#live(dependent);
    if (object === undefined) return;
    const owners = (object.metadata.ownerReferences ?? []).map(reference =>
      reference.uid === owner ? { ...reference, blockOwnerDeletion: false } : reference,
    );
    await this.#patch(dependent, object.metadata, { ownerReferences: owners });
  }

  #removeFinalizer(node: GraphNode, { metadata }: AnyObject, finalizer: string): Promise<void> {
    const finalizers = (metadata.finalizers ?? []).filter(each => each !== finalizer);
    return this.#patch(node, metadata, { finalizers: finalizers.length === 0 ? null : finalizers });
  }

  #patch(node: GraphNode, { uid, resourceVersion }: AnyObject['metadata'], change: object): Promise<void> {
    const body = { metadata: { uid, resourceVersion, ...change } };
    return this.#write(node, resource => this.#options.client.patch(resource, node.key, { type: 'merge', body }));
  }

  async #write({ resource }: GraphNode, write: (resource: Resource) => Promise<unknown>): Promise<void> {
    if (resource === undefined) return;
    try {
      await write(resource);
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
    }
  }
}

/** Events expire by themselves and own nothing. */
function isCollectable({ virtual, storedAs, custom, ttlSeconds, verbs }: Resource): boolean {
  if (virtual === true || storedAs !== undefined || custom?.isStored === false || ttlSeconds !== undefined)
    return false;
  return verbs === undefined || (['delete', 'list', 'watch', 'patch'] as const).every(verb => verbs.includes(verb));
}

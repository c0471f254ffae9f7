import type { Client, Key } from '../api/client.ts';
import type { LabelMatcher } from '../api/label-selector.ts';
import type { AnyObject } from '../api/object-meta.ts';
import type { InputOf, ObjectOf, Permission, Resource, StatusOf } from '../api/resource.ts';
import type { World } from '../base/world.ts';
import type { Logger } from '../kernel/logger.ts';
import { contributionPoint } from '../kernel/plugin.ts';
import type { Caches } from './caches.ts';

/**
 * A controller declares what it reads, owns and writes; caches, wake-ups and its ClusterRole follow from
 * that. `reconcile` brings the cluster nearer to one object's spec. It reads objects, never events; what it
 * throws is retried with a growing wait, and a key does not run again before the caches show its own writes.
 */
export interface Controller<Primary extends Resource = Resource, Owned extends OwnedResources = OwnedResources> {
  /** Also the name of its service account and the source of its events. */
  readonly name: string;
  readonly primary: Primary;
  /** Kinds of objects that are created for, and controlled by, one primary. A change of one wakes its owner. */
  readonly owned?: Owned;
  /** Further kinds it reads; see `reads`. */
  readonly reads?: readonly Read[];
  /** The whole of its right to write. */
  readonly writes: readonly Permission[];
  /** Passes under way at once. */
  readonly workers?: number;
  /** Owned objects that nobody controls and that this selects are adopted; controlled ones it does not are let go. */
  adopts?(this: void, object: ObjectOf<Primary>): LabelMatcher;
  /** What is adopted gets this finalizer with its owner, and what is let go loses it. */
  readonly ownedFinalizer?: string;
  /** Whether an owned object that is selected may be this one's; any may unless given. */
  isMember?(this: void, object: ObjectOf<Primary>, candidate: AnyObject): boolean;
  /** Keeps the objects that are none of this controller's business out. */
  concerns?(this: void, object: ObjectOf<Primary>): boolean;
  /** Further reasons for a pass, where what it depends on is not known beforehand. Called once, before the first pass. */
  watches?(this: void, context: WatchContext): void;
  reconcile(context: ReconcileContext<Primary, Owned>): Promise<Outcome<StatusOf<Primary>>>;
  /** The object is gone. */
  removed?(context: RemovedContext): Promise<void>;
}

export type OwnedResources = Readonly<Record<string, Resource>>;

export interface ReconcileContext<Primary extends Resource, Owned extends OwnedResources> {
  readonly object: ObjectOf<Primary>;
  /** What `object` controls, oldest first is not promised. */
  readonly owned: { readonly [K in keyof Owned]: readonly ObjectOf<Owned[K]>[] };
  /** Holds the declared kinds only. */
  readonly caches: Caches;
  readonly client: ControllerClient;
  readonly nowMs: number;
  readonly signal: AbortSignal;
  event(this: void, type: 'Normal' | 'Warning', reason: string, message: string, about?: AnyObject): void;
}

export interface WatchContext {
  /** Holds the declared kinds only. */
  readonly caches: Caches;
  readonly client: Client;
  readonly world: World;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Asks for a pass over one object. */
  wake(this: void, key: Key): void;
}

export interface RemovedContext {
  readonly key: Key;
  readonly caches: Caches;
  readonly client: Client;
}

/** The API as the controller's service account. Its writes are waited for before the key runs again. */
export interface ControllerClient extends Client {
  /** Creates in the object's namespace with the object as controlling owner. */
  createOwned<R extends Resource>(resource: R, object: InputOf<R>): Promise<ObjectOf<R>>;
}

export interface Outcome<Status> {
  /** Written through the status subresource, and only if it differs from what is stored. */
  readonly status?: Status;
  readonly requeueAfterMs?: number;
  /** Thrown once the status is written: reported and retried like any error. */
  readonly failure?: unknown;
}

/** A kind read besides the owned ones, and whom its changes wake. */
export interface Read {
  readonly resource: Resource;
  wakes?(this: void, object: AnyObject, caches: Caches): Iterable<Key>;
  /** Keeps changes that concern nobody, such as heartbeats, from being asked about. */
  matters?(this: void, now: AnyObject, before: AnyObject): boolean;
}

/** `wakes` is asked about an object as it was and as it is, where the change `matters`. */
export const reads = <R extends Resource>(
  resource: R,
  wakes?: (object: ObjectOf<R>, caches: Caches) => Iterable<Key>,
  matters?: (now: ObjectOf<R>, before: ObjectOf<R>) => boolean,
): Read =>
  Object.freeze({
    resource,
    // The cache of `resource` holds nothing but its objects.
    ...(wakes === undefined
      ? {}
      : { wakes: (object: AnyObject, caches: Caches) => wakes(object as ObjectOf<R>, caches) }),
    ...(matters === undefined
      ? {}
      : { matters: (now: AnyObject, before: AnyObject) => matters(now as ObjectOf<R>, before as ObjectOf<R>) }),
  });

export const defineController = <Primary extends Resource, const Owned extends OwnedResources = Record<string, never>>(
  controller: Controller<Primary, Owned>,
): Controller => Object.freeze(controller) as unknown as Controller;

/** The controllers of this cluster; the `controllers` plugin runs them. */
export const controllers = contributionPoint<Controller>('sdk.controllers');

import { backoffMs } from '../../src/base/backoff.ts';
import { isDeepEqual } from '../../src/base/deep-equal.ts';
import { timeMs } from '../../src/base/timestamp.ts';
import type { World } from '../../src/base/world.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { ClusterChange } from './contract.ts';
import { POD_BACKOFF, UNSCHEDULABLE_MS } from './limits.ts';

/** A pod that waits for a node. */
interface Waiting {
  pod: Pod;
  attempts: number;
  /** How often no node was fit, and how often in a row something else has failed since. */
  rejections: number;
  failures: number;
  /** `woken` may be tried before its backoff is over, `failed` may not. */
  state: 'active' | 'woken' | 'failed' | 'unschedulable' | 'deciding';
  /** Which changes might help it; `undefined` for any. */
  wakesOn: ReadonlySet<ClusterChange> | undefined;
  backoffUntilMs: number;
  timer: Disposable | undefined;
  /** What came while it was being decided; `undefined` once anything is reason enough to try again. */
  missed: Set<ClusterChange> | undefined;
  /** By the wall's clock: when it came, or was last found to have no node. Who waits longer is tried first. */
  sinceMs: number;
  readonly seenMs: number;
  readonly order: number;
}

/** Told of each pod that comes into a part of the queue, and by what event, in upstream's words. */
export type Entered = (part: 'active' | 'backoff' | 'unschedulable', event: string) => void;

/** What was spent on a pod so far. */
export interface Effort {
  readonly attempts: number;
  /** By the monotonic clock: since when it is known to wait. */
  readonly sinceMs: number;
}

/**
 * Pods without a node: those to be tried now, those that wait after a failure, and those no known change
 * has helped yet. One that a change has woken waits out its backoff only behind others. Its size is bounded by the
 * number of pods.
 */
export class PodQueue {
  readonly #world: World;
  readonly #entered: Entered;
  readonly #waiting = new Map<string, Waiting>();
  #active: Waiting[] = [];
  #isSorted = true;
  /** Those that are `woken`, and some that were. */
  #woken: Waiting[] = [];
  #isWokenSorted = true;
  #order = 0;
  #onReady: () => void = () => {};

  constructor(world: World, entered: Entered = () => undefined) {
    this.#world = world;
    this.#entered = entered;
  }

  /** Called whenever `take` may have something new to give. */
  set onReady(run: () => void) {
    this.#onReady = run;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** How many pods wait for their turn, for their backoff and for a change. */
  get counts(): Readonly<Record<'active' | 'backoff' | 'unschedulable', number>> {
    const counts = { active: 0, backoff: 0, unschedulable: 0 };
    for (const { state } of this.#waiting.values()) {
      if (state === 'woken' || state === 'failed') counts.backoff += 1;
      else if (state !== 'deciding') counts[state] += 1;
    }
    return counts;
  }

  /** The pod that is being decided as it is known now; `undefined` where it does not wait for that any more. */
  deciding(uid: string): Pod | undefined {
    const waiting = this.#waiting.get(uid);
    return waiting?.state === 'deciding' ? waiting.pod : undefined;
  }

  effortFor(uid: string): Effort | undefined {
    const waiting = this.#waiting.get(uid);
    return waiting === undefined ? undefined : { attempts: waiting.attempts, sinceMs: waiting.seenMs };
  }

  /** A new pod, or one whose object changed; a changed one is tried again at once. */
  put(pod: Pod): void {
    const { uid } = pod.metadata;
    const known = this.#waiting.get(uid);
    if (known === undefined) {
      this.#order += 1;
      const waiting: Waiting = {
        pod,
        attempts: 0,
        rejections: 0,
        failures: 0,
        state: 'unschedulable',
        wakesOn: undefined,
        backoffUntilMs: 0,
        timer: undefined,
        missed: new Set(),
        seenMs: this.#world.clock.monotonicMs(),
        sinceMs: timeMs(pod.metadata.creationTimestamp) ?? 0,
        order: this.#order,
      };
      this.#waiting.set(uid, waiting);
      this.#activate(waiting, 'UnschedulablePodAdd');
      return;
    }
    const before = known.pod;
    known.pod = pod;
    if (!isChangedForScheduling(before, pod)) return;
    this.wake(uid, 'UnschedulablePodUpdate');
  }

  /** Tries a pod again, behind others if its backoff is not over, whatever it waits for. */
  wake(uid: string, event = 'ForceActivate'): void {
    const waiting = this.#waiting.get(uid);
    if (waiting?.state === 'unschedulable') this.#wake(waiting, event);
    else if (waiting?.state === 'deciding') waiting.missed = undefined;
  }

  drop(uid: string): void {
    const waiting = this.#waiting.get(uid);
    if (waiting === undefined) return;
    waiting.timer?.[Symbol.dispose]();
    this.#waiting.delete(uid);
    if (waiting.state === 'woken') waiting.state = 'unschedulable';
    if (waiting.state === 'active') this.#active = this.#active.filter(candidate => candidate !== waiting);
  }

  /** The most important pod, then who waits the longest; without any, of those that were woken who waits the least. It is `deciding` until `drop`ped, `reject`ed or `retry`ed. */
  take(): Pod | undefined {
    if (!this.#isSorted) {
      // The next one lies last.
      this.#active.sort((a, b) => comesLater(a, b));
      this.#isSorted = true;
    }
    const next = this.#active.pop() ?? this.#nextWoken();
    if (next === undefined) return undefined;
    next.timer?.[Symbol.dispose]();
    next.timer = undefined;
    next.state = 'deciding';
    next.missed = new Set();
    next.attempts += 1;
    return next.pod;
  }

  /** No node fits; it waits for one of these changes. */
  reject(uid: string, wakesOn: ReadonlySet<ClusterChange> | undefined): void {
    const waiting = this.#waiting.get(uid);
    if (waiting === undefined) return;
    waiting.state = 'unschedulable';
    waiting.wakesOn = wakesOn;
    waiting.rejections += 1;
    waiting.failures = 0;
    waiting.sinceMs = this.#world.clock.now();
    waiting.backoffUntilMs = this.#world.clock.monotonicMs() + backoffMs(waiting.rejections, POD_BACKOFF);
    const { missed } = waiting;
    if (missed === undefined || [...missed].some(change => helps(waiting, change))) {
      this.#wake(waiting, ATTEMPT_FAILED);
      return;
    }
    this.#entered('unschedulable', ATTEMPT_FAILED);
    this.#wait(waiting, UNSCHEDULABLE_MS, 'UnschedulableTimeout');
  }

  /** Something else failed; it is tried again after its backoff. */
  retry(uid: string): void {
    const waiting = this.#waiting.get(uid);
    if (waiting === undefined) return;
    waiting.state = 'failed';
    waiting.failures += 1;
    waiting.sinceMs = this.#world.clock.now();
    this.#entered('backoff', ATTEMPT_FAILED);
    this.#wait(waiting, backoffMs(waiting.failures, POD_BACKOFF), 'BackoffComplete');
  }

  /** Wakes the pods this change might help, of those that it concerns. */
  changed(change: ClusterChange, concerns: (pod: Pod) => boolean = () => true): void {
    for (const waiting of this.#waiting.values()) {
      if (!concerns(waiting.pod)) continue;
      if (waiting.state === 'deciding') waiting.missed?.add(change);
      else if (waiting.state === 'unschedulable' && helps(waiting, change)) this.#wake(waiting, EVENTS[change]);
    }
  }

  close(): void {
    for (const { timer } of this.#waiting.values()) timer?.[Symbol.dispose]();
    this.#waiting.clear();
    this.#active = [];
    this.#woken = [];
  }

  #wake(waiting: Waiting, event: string): void {
    const leftMs = waiting.backoffUntilMs - this.#world.clock.monotonicMs();
    if (leftMs <= 0) {
      this.#activate(waiting, event);
      return;
    }
    waiting.state = 'woken';
    this.#entered('backoff', event);
    this.#wait(waiting, leftMs, 'BackoffComplete');
    if (this.#woken.length > 2 * this.#waiting.size) this.#woken = this.#woken.filter(isWoken);
    this.#woken.push(waiting);
    this.#isWokenSorted = false;
    this.#onReady();
  }

  #nextWoken(): Waiting | undefined {
    if (!this.#isWokenSorted) {
      this.#woken = this.#woken.filter(isWoken).sort((a, b) => windowOf(b) - windowOf(a) || comesLater(a, b));
      this.#isWokenSorted = true;
    }
    for (let next = this.#woken.pop(); next !== undefined; next = this.#woken.pop()) {
      if (!isWoken(next)) continue;
      this.#entered('active', 'PopFromBackoffQ');
      return next;
    }
    return undefined;
  }

  #wait(waiting: Waiting, delayMs: number, event: string): void {
    waiting.timer?.[Symbol.dispose]();
    waiting.timer = this.#world.timers.after(delayMs, () => this.#activate(waiting, event));
  }

  #activate(waiting: Waiting, event: string): void {
    this.#entered('active', event);
    waiting.timer?.[Symbol.dispose]();
    waiting.timer = undefined;
    waiting.state = 'active';
    this.#active.push(waiting);
    this.#isSorted = false;
    this.#onReady();
  }
}

const ATTEMPT_FAILED = 'ScheduleAttemptFailure';
const EVENTS: Readonly<Record<ClusterChange, string>> = {
  'node-added': 'NodeAdd',
  'node-changed': 'NodeUpdate',
  'node-removed': 'NodeDelete',
  'pod-added': 'AssignedPodAdd',
  'pod-changed': 'AssignedPodUpdate',
  'pod-resized': 'AssignedPodUpdate',
  'pod-leaving': 'AssignedPodUpdate',
  'pod-removed': 'AssignedPodDelete',
  'volume-changed': 'PersistentVolumeClaimUpdate',
  'device-claim-changed': 'resource.k8s.io/ResourceClaimUpdate',
  'devices-changed': 'resource.k8s.io/ResourceSliceUpdate',
  'device-class-changed': 'resource.k8s.io/DeviceClassUpdate',
};

const isWoken = ({ state }: Waiting): boolean => state === 'woken';

/** Backoffs that end within one second are alike: there the more important pod comes first. */
const windowOf = ({ backoffUntilMs }: Waiting): number => Math.floor(backoffUntilMs / 1000);

const helps = ({ wakesOn }: Waiting, change: ClusterChange): boolean => wakesOn?.has(change) ?? true;

const comesLater = (a: Waiting, b: Waiting): number =>
  (a.pod.spec.priority ?? 0) - (b.pod.spec.priority ?? 0) || b.sinceMs - a.sinceMs || b.order - a.order;

/** A changed status is mostly our own doing and helps nobody, but where it names claims that were made for the pod. */
const isChangedForScheduling = (before: Pod, now: Pod): boolean =>
  !isDeepEqual(before.spec, now.spec) ||
  !isDeepEqual(before.metadata.labels, now.metadata.labels) ||
  !isDeepEqual(before.status.resourceClaimStatuses, now.status.resourceClaimStatuses);

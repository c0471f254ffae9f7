import { backoffMs } from '../../../src/base/backoff.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { DRIVER_RETRY } from '../limits.ts';

/** What drivers do for a pod, perhaps for a time. */
export interface Renewable {
  readonly renewAtMs?: number;
}

/** How far that is. */
export type Look<T> =
  | { readonly state: 'ready'; readonly outcome: T }
  | { readonly state: 'waiting' }
  /** Told once an attempt; it is tried again. */
  | { readonly state: 'failed'; readonly message: string };

/** `before` is what it came to the last time, where it is to be renewed. */
export type Work<T> = (signal: AbortSignal, before: T | undefined) => Promise<T>;

export interface FlightDeps {
  readonly world: Pick<World, 'clock' | 'timers'>;
  readonly log: Logger;
  /** There is something to look at for the pod, or to try again. */
  readonly changed: (podUid: string) => void;
  readonly signal: AbortSignal;
}

interface Flight<T> {
  readonly podUid: string;
  running: Promise<void> | undefined;
  ready: T | undefined;
  untold: string | undefined;
  failures: number;
  retryAtMs: number;
}

/** Work of drivers that takes long, beside the passes over its pods: one attempt a thing at a time, with waits between them that grow. */
export class Flights<T extends Renewable> {
  readonly #deps: FlightDeps;
  readonly #failed: string;
  readonly #pods = new Map<string, { readonly over: AbortController; readonly things: Map<string, Flight<T>> }>();

  /** `failed`: what the log says of an attempt that came to nothing. */
  constructor(deps: FlightDeps, failed: string) {
    this.#deps = deps;
    this.#failed = failed;
  }

  /** `work` is begun where its outcome is missing, or has to be renewed. */
  look(podUid: string, name: string, work: Work<T>): Look<T> {
    const pod = this.#pods.get(podUid) ?? { over: new AbortController(), things: new Map<string, Flight<T>>() };
    this.#pods.set(podUid, pod);
    const flight = pod.things.get(name) ?? newFlight<T>(podUid);
    pod.things.set(name, flight);
    const { untold } = flight;
    flight.untold = undefined;
    const { world, signal } = this.#deps;
    const isDue = (flight.ready?.renewAtMs ?? Infinity) <= world.clock.now();
    const mayTry = flight.running === undefined && world.clock.monotonicMs() >= flight.retryAtMs;
    if ((flight.ready === undefined || isDue) && mayTry) {
      const before = flight.ready;
      flight.running = this.#run(flight, () => work(AbortSignal.any([pod.over.signal, signal]), before));
    }
    if (flight.ready !== undefined) return { state: 'ready', outcome: this.#shown(flight, flight.ready) };
    return untold === undefined ? { state: 'waiting' } : { state: 'failed', message: untold };
  }

  /** Those that failed are tried again at once. */
  retryAll(): void {
    for (const [podUid, { things }] of this.#pods) {
      for (const flight of things.values()) flight.retryAtMs = 0;
      this.#deps.changed(podUid);
    }
  }

  /** Resolves once nothing is under way for the pod; it is forgotten then. */
  async end(podUid: string): Promise<void> {
    const pod = this.#pods.get(podUid);
    if (pod === undefined) return;
    pod.over.abort();
    await Promise.all([...pod.things.values()].flatMap(({ running }) => running ?? []));
    this.#pods.delete(podUid);
  }

  /** One that is being renewed is not due before that has come to something. */
  #shown(flight: Flight<T>, ready: T): T {
    if (ready.renewAtMs === undefined || ready.renewAtMs > this.#deps.world.clock.now()) return ready;
    const { clock } = this.#deps.world;
    const leftMs = Math.max(flight.retryAtMs - clock.monotonicMs(), DRIVER_RETRY.baseMs);
    return { ...ready, renewAtMs: clock.now() + leftMs };
  }

  async #run(flight: Flight<T>, work: () => Promise<T>): Promise<void> {
    const { world, log, changed, signal } = this.#deps;
    const { podUid } = flight;
    try {
      flight.ready = await work();
      flight.failures = 0;
    } catch (error) {
      if (this.#pods.get(podUid)?.over.signal.aborted === true || signal.aborted) return;
      const message = messageOf(error);
      log.warn(this.#failed, { podUid, error });
      flight.untold = message;
      flight.failures++;
      const waitMs = backoffMs(flight.failures, DRIVER_RETRY);
      flight.retryAtMs = world.clock.monotonicMs() + waitMs;
      world.timers.after(waitMs, () => changed(podUid));
    } finally {
      flight.running = undefined;
      changed(podUid);
    }
  }
}

const newFlight = <T>(podUid: string): Flight<T> => ({
  podUid,
  running: undefined,
  ready: undefined,
  untold: undefined,
  failures: 0,
  retryAtMs: 0,
});

import { backoffMs } from '../../../src/base/backoff.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import { VOLUME_RETRY } from '../limits.ts';
import type { PublishedVolume } from './volume-mounts.ts';

/** How far a volume of a pod is. */
export type VolumeLook =
  | { readonly state: 'ready'; readonly volume: PublishedVolume }
  | { readonly state: 'waiting' }
  /** Told once an attempt; it is tried again. */
  | { readonly state: 'failed'; readonly message: string };

/** `before` is what it came to the last time, where it is to be renewed. */
export type VolumeWork = (signal: AbortSignal, before: PublishedVolume | undefined) => Promise<PublishedVolume>;

export interface FlightDeps {
  readonly world: Pick<World, 'clock' | 'timers'>;
  readonly log: Logger;
  /** There is something to look at for the pod, or to try again. */
  readonly changed: (podUid: string) => void;
  readonly signal: AbortSignal;
}

interface Flight {
  readonly podUid: string;
  running: Promise<void> | undefined;
  ready: PublishedVolume | undefined;
  untold: string | undefined;
  failures: number;
  retryAtMs: number;
}

/** Work for volumes that takes long, beside the passes over their pods: one attempt a volume at a time, with waits between them that grow. */
export class VolumeFlights {
  readonly #deps: FlightDeps;
  readonly #pods = new Map<string, { readonly over: AbortController; readonly volumes: Map<string, Flight> }>();

  constructor(deps: FlightDeps) {
    this.#deps = deps;
  }

  /** `work` is begun where its outcome is missing, or has to be renewed. */
  look(podUid: string, name: string, work: VolumeWork): VolumeLook {
    const pod = this.#pods.get(podUid) ?? { over: new AbortController(), volumes: new Map<string, Flight>() };
    this.#pods.set(podUid, pod);
    const flight = pod.volumes.get(name) ?? newFlight(podUid);
    pod.volumes.set(name, flight);
    const { untold } = flight;
    flight.untold = undefined;
    const { world, signal } = this.#deps;
    const isDue = (flight.ready?.renewAtMs ?? Infinity) <= world.clock.now();
    const mayTry = flight.running === undefined && world.clock.monotonicMs() >= flight.retryAtMs;
    if ((flight.ready === undefined || isDue) && mayTry) {
      const before = flight.ready;
      flight.running = this.#run(flight, () => work(AbortSignal.any([pod.over.signal, signal]), before));
    }
    if (flight.ready !== undefined) return { state: 'ready', volume: this.#shown(flight, flight.ready) };
    return untold === undefined ? { state: 'waiting' } : { state: 'failed', message: untold };
  }

  /** Those that failed are tried again at once. */
  retryAll(): void {
    for (const [podUid, { volumes }] of this.#pods) {
      for (const flight of volumes.values()) flight.retryAtMs = 0;
      this.#deps.changed(podUid);
    }
  }

  /** Resolves once nothing is under way for the pod; it is forgotten then. */
  async end(podUid: string): Promise<void> {
    const pod = this.#pods.get(podUid);
    if (pod === undefined) return;
    pod.over.abort();
    await Promise.all([...pod.volumes.values()].flatMap(({ running }) => running ?? []));
    this.#pods.delete(podUid);
  }

  /** One that is being renewed is not due before that has come to something. */
  #shown(flight: Flight, ready: PublishedVolume): PublishedVolume {
    if (ready.renewAtMs === undefined || ready.renewAtMs > this.#deps.world.clock.now()) return ready;
    const { clock } = this.#deps.world;
    const leftMs = Math.max(flight.retryAtMs - clock.monotonicMs(), VOLUME_RETRY.baseMs);
    return { ...ready, renewAtMs: clock.now() + leftMs };
  }

  async #run(flight: Flight, work: () => Promise<PublishedVolume>): Promise<void> {
    const { world, log, changed, signal } = this.#deps;
    const { podUid } = flight;
    try {
      flight.ready = await work();
      flight.failures = 0;
    } catch (error) {
      if (this.#pods.get(podUid)?.over.signal.aborted === true || signal.aborted) return;
      const message = messageOf(error);
      log.warn('a volume was not mounted', { podUid, error });
      flight.untold = message;
      flight.failures++;
      const waitMs = backoffMs(flight.failures, VOLUME_RETRY);
      flight.retryAtMs = world.clock.monotonicMs() + waitMs;
      world.timers.after(waitMs, () => changed(podUid));
    } finally {
      flight.running = undefined;
      changed(podUid);
    }
  }
}

const newFlight = (podUid: string): Flight => ({
  podUid,
  running: undefined,
  ready: undefined,
  untold: undefined,
  failures: 0,
  retryAtMs: 0,
});

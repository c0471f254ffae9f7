import { backoffMs } from '../../../src/base/backoff.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Refusal } from '../admission/refusals.ts';
import type { EvictablePod } from '../eviction/evictor.ts';
import { LOGIND_RETRY } from '../limits.ts';
import type { Logind, LogindHandlers } from '../logind/logind.ts';
import { atShutdown } from '../worker/expulsion.ts';
import { groupByPeriod, wholePeriodMs, type ShutdownPeriod } from './shutdown-periods.ts';

type Watched = Pick<Logind, 'inhibit' | 'allowMs'> & Disposable;

export interface ShutdownDeps {
  readonly world: Pick<World, 'timers'>;
  readonly log: Logger;
  /** None where the machine is not to wait for pods. */
  readonly periods: readonly ShutdownPeriod[];
  readonly open: (handlers: LogindHandlers) => Promise<Watched>;
  /** Pods that run here and are not on their way out. */
  readonly pods: () => readonly EvictablePod[];
  /** Has the Node's status told anew. */
  readonly report: () => void;
  /** An Event about the node. */
  readonly tell: (type: 'Normal' | 'Warning', reason: string, message: string) => void;
  readonly signal: AbortSignal;
}

/** Has the machine wait, when it goes down, until its pods have ended by their grace, in the order of their priority. */
export class NodeShutdown {
  readonly #deps: ShutdownDeps;
  #isComing = false;
  /** What the machine waits for. */
  #lock: Disposable | undefined;

  constructor(deps: ShutdownDeps) {
    this.#deps = deps;
  }

  /** Why the node is not ready. */
  get problem(): string | undefined {
    return this.#isComing ? 'node is shutting down' : undefined;
  }

  /** Why it takes on no pod. */
  get refusal(): Refusal | undefined {
    if (!this.#isComing) return undefined;
    return { reason: 'NodeShutdown', message: 'Pod was rejected as the node is shutting down.' };
  }

  /** Resolves when the signal aborts. A logind that is not there, or goes, is asked for again. */
  async run(): Promise<void> {
    const { periods, signal, log, world } = this.#deps;
    if (periods.length === 0) return;
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.#follow();
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1) log.warn('pods will not be waited for when this machine goes down', { error });
      }
      await world.timers.sleep(backoffMs(Math.max(1, failures), LOGIND_RETRY), signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
    this.#release();
  }

  /** Resolves when nothing more is heard of it. */
  async #follow(): Promise<void> {
    const { open, periods, signal, log } = this.#deps;
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const stop = (): void => resolve();
    let logind: Watched | undefined;
    const opened = await open({
      shutdown: isComing => {
        if (logind !== undefined) this.#changed(logind, isComing);
      },
      ended: stop,
    });
    using watched = opened;
    await watched.allowMs(wholePeriodMs(periods));
    await this.#hold(watched);
    logind = watched;
    log.info('this machine waits for pods when it goes down', { periods });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    await over;
    signal.removeEventListener('abort', stop);
  }

  #changed(logind: Watched, isComing: boolean): void {
    const { tell, report, log } = this.#deps;
    this.#isComing = isComing;
    tell('Normal', 'NodeShutdown', `Shutdown manager detected shutdown ${isComing ? 'event' : 'cancellation'}`);
    report();
    const done = isComing ? this.#endPods() : this.#hold(logind);
    done.catch((error: unknown) => log.error('the shutdown of this machine was not followed', { error }));
  }

  async #hold(logind: Watched): Promise<void> {
    const lock = await logind.inhibit();
    this.#release();
    this.#lock = lock;
  }

  #release(): void {
    this.#lock?.[Symbol.dispose]();
    this.#lock = undefined;
  }

  /** Those of a higher priority end once the others have, or have had their time. */
  async #endPods(): Promise<void> {
    const { pods, periods, world, signal, log } = this.#deps;
    for (const group of groupByPeriod(periods, pods(), ({ pod }) => pod.spec.priority ?? 0)) {
      const ended = new AbortController();
      const late = world.timers.sleep(group.periodMs, AbortSignal.any([signal, ended.signal])).then(
        () => log.warn('pods did not end in their time', { pods: group.pods.map(({ pod }) => pod.metadata.name) }),
        () => undefined,
      );
      await Promise.race([
        Promise.all(
          group.pods.map(({ pod, expel }) => {
            const ownMs = (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
            return expel(atShutdown(Math.min(ownMs, group.periodMs)));
          }),
        ),
        late,
      ]);
      ended.abort();
    }
    this.#release();
  }
}

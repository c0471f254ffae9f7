import { messageOf } from '../../../src/base/message-of.ts';
import type { World } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Runtime } from '../../runtime/contract.ts';
import { AFTER_HOOK_GRACE_MS, MIN_GRACE_MS } from '../limits.ts';
import type { ContainerRecord } from '../plan/container-record.ts';
import type { ContainerSpec } from '../pod.ts';
import { runLifecycleHook } from './lifecycle-hook.ts';

export interface KillDeps {
  readonly world: Pick<World, 'clock' | 'timers'>;
  readonly runtime: Pick<Runtime, 'exec' | 'stopContainer'>;
  readonly log: Logger;
  readonly tell: (container: ContainerSpec, type: 'Normal' | 'Warning', reason: string, message: string) => void;
  readonly changed: () => void;
}

interface Kill {
  readonly graceMs: number;
  readonly hook: AbortController;
}

/** Containers that are being stopped: the preStop hook, the stop signal, and after the grace period SIGKILL. */
export class ContainerKills {
  readonly #deps: KillDeps;
  readonly #kills = new Map<string, Kill>();

  constructor(deps: KillDeps) {
    this.#deps = deps;
  }

  get isIdle(): boolean {
    return this.#kills.size === 0;
  }
  has(containerId: string): boolean {
    return this.#kills.has(containerId);
  }

  /** Idempotent; asked again with less time to spare, it hurries. */
  kill(container: ContainerSpec, record: ContainerRecord, podIp: string, graceMs: number, message: string): void {
    const known = this.#kills.get(record.id);
    if (known !== undefined && known.graceMs <= graceMs) return;
    const kill: Kill = { graceMs, hook: new AbortController() };
    this.#kills.set(record.id, kill);
    if (known === undefined) this.#deps.tell(container, 'Normal', 'Killing', message);
    known?.hook.abort();
    const run = async (): Promise<void> => {
      const leftMs = known === undefined ? await this.#preStop(container, record, podIp, kill) : graceMs;
      const options = { signal: record.stopSignal, graceMs: Math.max(MIN_GRACE_MS, leftMs) };
      await this.#deps.runtime.stopContainer(record.id, options);
    };
    run()
      .catch((error: unknown) => this.#notStopped(container, record, error))
      .finally(() => {
        if (this.#kills.get(record.id) === kill) this.#kills.delete(record.id);
        this.#deps.changed();
      });
  }

  /** Of a process in uninterruptible sleep: it is killed anew, and so on until it can be. */
  #notStopped(container: ContainerSpec, record: ContainerRecord, error: unknown): void {
    this.#deps.log.error('a container was not stopped', { container: record.id, error });
    const reason = messageOf(error);
    const message = `error killing pod: failed to "KillContainer" for "${container.name}" with KillContainerError: "${reason}"`;
    this.#deps.tell(container, 'Warning', 'FailedKillPod', message);
  }

  /** Cuts off hooks; the runtime goes on with what it was told. */
  stop(): void {
    for (const { hook } of this.#kills.values()) hook.abort();
  }

  async #preStop(container: ContainerSpec, record: ContainerRecord, podIp: string, kill: Kill): Promise<number> {
    const hook = container.lifecycle?.preStop;
    if (hook === undefined || kill.graceMs <= 0) return kill.graceMs;
    const { clock, timers } = this.#deps.world;
    const beganMs = clock.monotonicMs();
    const options = { deadlineMs: kill.graceMs, signal: kill.hook.signal };
    const target = { container, containerId: record.id, podIp };
    await runLifecycleHook({ runtime: this.#deps.runtime, timers }, hook, target, options).catch((error: unknown) => {
      if (kill.hook.signal.aborted) return;
      this.#deps.log.warn('a preStop hook failed', { container: record.id, error });
      this.#deps.tell(container, 'Warning', 'FailedPreStopHook', 'PreStopHook failed');
    });
    return Math.max(AFTER_HOOK_GRACE_MS, kill.graceMs - (clock.monotonicMs() - beganMs));
  }
}

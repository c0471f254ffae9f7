import { RuntimeError, type Container, type ContainerConfig, type ContainerExit } from './contract.ts';
import type { Timers } from '../../src/base/world.ts';

/** A container as it changes. `view` is what others get: frozen, replaced at each change. */
export class LiveContainer {
  readonly id: string;
  readonly config: ContainerConfig;
  #view: Container;
  readonly #onExit = new Set<() => void>();

  constructor(id: string, config: ContainerConfig, pid: number, startedAtMs: number) {
    this.id = id;
    this.config = config;
    this.#view = Object.freeze({
      id,
      sandboxId: config.sandboxId,
      name: config.name,
      attempt: config.attempt,
      state: 'running',
      pid,
      startedAtMs,
      exit: null,
      logPath: config.logPath,
      labels: config.labels,
    });
  }

  get view(): Container {
    return this.#view;
  }

  get running(): boolean {
    return this.#view.state === 'running';
  }

  /** False when its exit was known already. */
  exited(exit: ContainerExit): boolean {
    if (!this.running) return false;
    this.#view = Object.freeze({ ...this.#view, state: 'exited', pid: null, exit: Object.freeze(exit) });
    for (const tell of this.#onExit) tell();
    return true;
  }

  /** True once it exited, false when `deadlineMs` passed first. */
  waitForExit(timers: Timers, deadlineMs: number): Promise<boolean> {
    if (!this.running) return Promise.resolve(true);
    return new Promise(resolve => {
      const finish = (exited: boolean) => (): void => {
        this.#onExit.delete(onExit);
        timer[Symbol.dispose]();
        resolve(exited);
      };
      const onExit = finish(true);
      const timer = timers.after(deadlineMs, finish(false));
      this.#onExit.add(onExit);
    });
  }

  requireRunning(): void {
    if (!this.running) throw new RuntimeError('ContainerNotRunning', `container ${this.id} is not running`);
  }
}

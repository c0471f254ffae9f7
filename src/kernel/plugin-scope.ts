import { AsyncLocalStorage } from 'node:async_hooks';
import { withinDeadline } from '../base/within-deadline.ts';
import type { Timers, World } from '../base/world.ts';
import type { Bus } from '../bus/bus.ts';
import type { AnyPlugin } from './plugin.ts';

/** The longest one release may take before the next runs regardless. */
const RELEASE_DEADLINE_MS = 15_000;

const atWork = new AsyncLocalStorage<PluginScope>();

/** The plugin whose code led here, over promises, timers and events; `undefined` for the core's own. */
export const scopeAtWork = (): PluginScope | undefined => atWork.getStore();

/** One life of a plugin, from its start to its release: what it acquired, and what its code is known by. */
export class PluginScope {
  readonly plugin: AnyPlugin;
  readonly world: World;
  readonly bus: Bus;
  readonly readyHooks: (() => void | Promise<void>)[] = [];
  readonly #abort = new AbortController();
  readonly #releases: (() => void | Promise<void>)[] = [];
  /** Timers, subscriptions and contributions that go on. */
  readonly #held = new Set<Disposable>();
  readonly #outerWorld: World;

  /** `fail` hears of what a handler of a bus event throws. */
  constructor(plugin: AnyPlugin, world: World, bus: Bus, fail: (error: unknown) => void) {
    this.plugin = plugin;
    this.#outerWorld = world;
    this.world = { ...world, timers: this.#ownTimers(world.timers) };
    this.bus = this.#ownBus(bus, fail);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  run<T>(work: () => T): T {
    return atWork.run(this, work);
  }

  defer(release: () => void | Promise<void>): void {
    this.#releases.push(release);
  }

  /** Aborts, then runs every release, newest first, whatever fails; answers the failures. */
  async release(): Promise<readonly unknown[]> {
    const errors: unknown[] = [];
    this.#abort.abort(new Error(`plugin ${this.plugin.name} is stopping`));
    for (let release = this.#releases.pop(); release !== undefined; release = this.#releases.pop()) {
      try {
        await this.#withinDeadline(release);
      } catch (error) {
        errors.push(error);
      }
    }
    for (const each of this.#held) each[Symbol.dispose]();
    return errors;
  }

  #withinDeadline(release: () => void | Promise<void>): Promise<void> {
    const late = `plugin ${this.plugin.name} did not release in ${RELEASE_DEADLINE_MS} ms`;
    return withinDeadline(this.#outerWorld.timers, RELEASE_DEADLINE_MS, late, this.run(release));
  }

  /** Does not outlive the scope, whether or not its owner disposes it. */
  hold(acquired: Disposable): Disposable {
    this.#held.add(acquired);
    return {
      [Symbol.dispose]: () => {
        this.#held.delete(acquired);
        acquired[Symbol.dispose]();
      },
    };
  }

  #ownTimers(timers: Timers): Timers {
    return {
      after: (delayMs, run) => {
        const timer = this.hold(
          timers.after(delayMs, () => {
            timer[Symbol.dispose]();
            this.run(run);
          }),
        );
        return timer;
      },
      every: (periodMs, run) => this.hold(timers.every(periodMs, () => this.run(run))),
      sleep: (delayMs, signal) => timers.sleep(delayMs, signal),
    };
  }

  #ownBus(bus: Bus, fail: (error: unknown) => void): Bus {
    const guarded = <T>(handler: (payload: T) => void, payload: T): void => {
      try {
        handler(payload);
      } catch (error) {
        fail(error);
      }
    };
    return {
      emit: (type, payload) => bus.emit(type, payload),
      on: (type, handler) => this.hold(bus.on(type, payload => this.run(() => guarded(handler, payload)))),
    };
  }
}

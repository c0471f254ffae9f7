import { must } from '../base/must.ts';
import type { World } from '../base/world.ts';
import type { Bus } from '../bus/bus.ts';
import { startOrder } from './graph.ts';
import type { Logger } from './logger.ts';
import type { AnyPlugin, Contribution, ContributionPoint, Plugin, PluginContext, ServiceRef } from './plugin.ts';

/** Plugins that run. `stop` releases everything they acquired, in reverse order of acquisition. */
export interface Kernel {
  readonly boot: readonly BootStep[];
  service<T>(ref: ServiceRef<T>): T;
  collect<T>(point: ContributionPoint<T>): readonly T[];
  /** Every release runs even if another fails; what failed is thrown together at the end. */
  stop(): Promise<void>;
}

/** One line of the boot tree: a plugin's phase, when it began after boot and how long it took. */
export interface BootStep {
  readonly plugin: string;
  readonly phase: 'start' | 'ready';
  readonly after: readonly string[];
  readonly beganMs: number;
  readonly tookMs: number;
}

export interface KernelOptions {
  readonly plugins: readonly AnyPlugin[];
  readonly world: World;
  readonly bus: Bus;
  readonly log: Logger;
  /** A plugin's configuration, already parsed by its schema. */
  configOf(plugin: AnyPlugin): unknown;
  onStep?(step: BootStep): void;
}

/** Thrown when a plugin's start or ready fails; everything started before it was released again. */
export class StartError extends Error {
  readonly code = 'StartFailed';
  readonly plugin: string;
  constructor(plugin: string, cause: unknown) {
    super(`plugin ${plugin} did not start: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'StartError';
    this.plugin = plugin;
  }
}

/**
 * Checks the graph, then starts each plugin as soon as those it needs have started, then runs the
 * `ready` hooks in the order in which plugins depend on one another.
 */
export async function startKernel(options: KernelOptions): Promise<Kernel> {
  const { order, providersOf } = startOrder(options.plugins);
  const running = new Running(options);
  for (const plugin of order) for (const contribution of plugin.contributes ?? []) running.add(contribution);
  try {
    const started = new Map<AnyPlugin, Promise<void>>();
    for (const plugin of order) {
      const after = must(providersOf.get(plugin), 'every plugin is in the graph');
      const providers = after.map(provider => must(started.get(provider), 'providers come first'));
      const start = Promise.all(providers).then(() => running.start(plugin, after));
      started.set(plugin, start);
    }
    const results = await Promise.allSettled(started.values());
    const failed = results.find(result => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    for (const plugin of order) await running.ready(plugin, providersOf.get(plugin) ?? []);
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}

/** The longest one release may take before the next runs regardless. */
const RELEASE_DEADLINE_MS = 15_000;

/** What one plugin acquired, oldest first. Scopes are released newest first, so users go before providers. */
interface Scope {
  readonly plugin: string;
  readonly abort: AbortController;
  readonly releases: (() => void | Promise<void>)[];
}

function withdraw(all: unknown[], items: readonly unknown[]): void {
  const gone = new Set(items);
  all.splice(0, all.length, ...all.filter(item => !gone.has(item)));
}

class Running implements Kernel {
  readonly boot: BootStep[] = [];
  readonly #options: KernelOptions;
  readonly #beganMs: number;
  readonly #services = new Map<string, unknown>();
  readonly #points = new Map<string, unknown[]>();
  readonly #readyHooks = new Map<AnyPlugin, (() => void | Promise<void>)[]>();
  readonly #scopes: Scope[] = [];

  constructor(options: KernelOptions) {
    this.#options = options;
    this.#beganMs = options.world.clock.monotonicMs();
  }

  add({ point, items }: Contribution): void {
    this.#point(point).push(...items);
  }

  async start(plugin: AnyPlugin, after: readonly AnyPlugin[]): Promise<void> {
    await this.#step(plugin, 'start', after, async () => {
      await (plugin as Plugin).start?.(this.#contextFor(plugin));
      for (const { id } of plugin.provides ?? []) {
        if (!this.#services.has(id)) throw new Error(`it declares ${id} but did not provide it`);
      }
    });
  }

  async ready(plugin: AnyPlugin, after: readonly AnyPlugin[]): Promise<void> {
    const hooks = this.#readyHooks.get(plugin);
    if (hooks === undefined) return;
    await this.#step(plugin, 'ready', after, async () => {
      for (const hook of hooks) await hook();
    });
  }

  service<T>(ref: ServiceRef<T>): T {
    return must(this.#services.get(ref.id), `${ref.id} is provided`) as T;
  }

  collect<T>(point: ContributionPoint<T>): readonly T[] {
    return this.#point(point.id) as T[];
  }

  async stop(): Promise<void> {
    const errors: unknown[] = [];
    for (let scope = this.#scopes.pop(); scope !== undefined; scope = this.#scopes.pop()) {
      scope.abort.abort(new Error(`plugin ${scope.plugin} is stopping`));
      for (let release = scope.releases.pop(); release !== undefined; release = scope.releases.pop()) {
        try {
          await this.#withinDeadline(scope.plugin, release);
        } catch (error) {
          errors.push(error);
        }
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'some plugins did not stop cleanly');
  }

  async #withinDeadline(plugin: string, release: () => void | Promise<void>): Promise<void> {
    const done = new AbortController();
    const late = this.#options.world.timers.sleep(RELEASE_DEADLINE_MS, done.signal).then(
      () => Promise.reject(new Error(`plugin ${plugin} did not release in ${RELEASE_DEADLINE_MS} ms`)),
      () => undefined,
    );
    try {
      await Promise.race([release(), late]);
    } finally {
      done.abort();
    }
  }

  #contextFor(plugin: AnyPlugin): PluginContext {
    const { world, bus, log } = this.#options;
    const scope: Scope = { plugin: plugin.name, abort: new AbortController(), releases: [] };
    this.#scopes.push(scope);
    const needs = Object.fromEntries(
      Object.entries(plugin.needs ?? {}).map(([name, { id }]) => [name, this.#services.get(id)]),
    );
    const declared = new Set((plugin.provides ?? []).map(({ id }) => id));
    return {
      config: this.#options.configOf(plugin),
      needs,
      world,
      bus,
      log: log.child({ plugin: plugin.name }),
      signal: scope.abort.signal,
      collect: point => this.collect(point),
      contribute: (point, ...items) => {
        const all = this.#point(point.id);
        all.push(...items);
        scope.releases.push(() => withdraw(all, items));
      },
      provide: (ref, implementation) => {
        if (!declared.has(ref.id)) throw new Error(`it provides ${ref.id} without declaring it`);
        this.#services.set(ref.id, implementation);
      },
      ready: run => void this.#readyHooks.set(plugin, [...(this.#readyHooks.get(plugin) ?? []), run]),
      defer: release => void scope.releases.push(release),
    };
  }

  async #step(
    plugin: AnyPlugin,
    phase: BootStep['phase'],
    after: readonly AnyPlugin[],
    run: () => Promise<void>,
  ): Promise<void> {
    const { clock } = this.#options.world;
    const beganMs = clock.monotonicMs() - this.#beganMs;
    try {
      await run();
    } catch (error) {
      throw new StartError(plugin.name, error);
    }
    const tookMs = clock.monotonicMs() - this.#beganMs - beganMs;
    const step = { plugin: plugin.name, phase, after: after.map(({ name }) => name), beganMs, tookMs };
    this.boot.push(step);
    this.#options.onStep?.(step);
  }

  #point(id: string): unknown[] {
    const items = this.#points.get(id) ?? [];
    this.#points.set(id, items);
    return items;
  }
}

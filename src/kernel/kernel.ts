import { backoffMs, type BackoffOptions } from '../base/backoff.ts';
import { messageOf } from '../base/message-of.ts';
import { must } from '../base/must.ts';
import { withinDeadline } from '../base/within-deadline.ts';
import type { World } from '../base/world.ts';
import type { Bus } from '../bus/bus.ts';
import { blamedFile } from './blame.ts';
import { ContributionBoard } from './contribution-board.ts';
import type { CrashLog } from './crash-log.ts';
import { startOrder, type StartOrder } from './graph.ts';
import { newLife, type Life } from './life.ts';
import type { Logger } from './logger.ts';
import type { AnyPlugin, ContributionPoint, Plugin, PluginContext, ServiceRef } from './plugin.ts';
import { PluginScope, scopeAtWork } from './plugin-scope.ts';

/** Plugins that run. `stop` releases everything they acquired, in reverse order of acquisition. */
export interface Kernel {
  readonly boot: readonly BootStep[];
  service<T>(ref: ServiceRef<T>): T;
  collect<T>(point: ContributionPoint<T>): readonly T[];
  /** Starts one more plugin among those that run; throws a GraphError where it does not fit. */
  add(plugin: AnyPlugin): void;
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
  /** Those that provide all that they need among themselves. */
  readonly plugins: readonly AnyPlugin[];
  /** Loads the rest, while the former start already. */
  further?(): Promise<readonly AnyPlugin[]>;
  readonly world: World;
  readonly bus: Bus;
  readonly log: Logger;
  readonly crashes: CrashLog;
  /** A plugin's configuration, already parsed by its schema. */
  configOf(plugin: AnyPlugin): unknown;
  /** Going on would be wrong; `plugin` is undefined when it was the core itself. */
  onFatal(plugin: string | undefined, error: unknown): void;
  /** The file of a third party's plugin: the node starts without it when it fails to, and stacks are searched for it. */
  fileOf?(plugin: AnyPlugin): string | undefined;
  /** Called at once with whom to tell of errors that nobody caught. */
  listen?(uncaught: (error: unknown) => void): void;
  onStep?(step: BootStep): void;
}

/** Thrown when a plugin's start or ready fails; everything started before it was released again. */
export class StartError extends Error {
  readonly code = 'StartFailed';
  readonly plugin: string;
  constructor(plugin: string, cause: unknown) {
    super(`plugin ${plugin} did not start: ${messageOf(cause)}`, { cause });
    this.name = 'StartError';
    this.plugin = plugin;
  }
}

/**
 * Checks the graph, then starts each plugin as soon as those it needs have started, then runs the
 * `ready` hooks in the order in which plugins depend on one another. Where some are still to be loaded,
 * the graph of the others is checked and they start meanwhile.
 */
export async function startKernel(options: KernelOptions): Promise<Kernel> {
  const running = new Running(options);
  try {
    await running.boots();
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}

/** Before a plugin that crashed is started again. */
const RESTART: BackoffOptions = { baseMs: 1000, capMs: 60_000 };

/** A plugin that ran this long since its last crash starts with the shortest wait again. */
const FORGET_CRASHES_MS = 600_000;

/** A third party's start, and any that is not the first, may take this long; what hangs must not hold up others. */
const START_DEADLINE_MS = 30_000;
const LATE = `it took more than ${START_DEADLINE_MS / 1000} s`;

class Running implements Kernel {
  readonly boot: BootStep[] = [];
  readonly #options: KernelOptions;
  readonly #beganMs: number;
  readonly #board = new ContributionBoard();
  readonly #services = new Map<string, unknown>();
  readonly #lives = new Map<AnyPlugin, Life>();
  /** Newest last; released from the end, so users go before providers. */
  readonly #scopes: PluginScope[] = [];
  #graph: StartOrder;
  readonly #stopping = new AbortController();
  #nextDue: Disposable | undefined;
  #isBooting = true;

  constructor(options: KernelOptions) {
    this.#options = options;
    this.#graph = startOrder(options.plugins);
    this.#beganMs = this.#now();
    for (const plugin of options.plugins) this.#lives.set(plugin, newLife());
    options.listen?.(error => this.#uncaught(error));
  }

  async boots(): Promise<void> {
    const started = new Map<AnyPlugin, Promise<void>>();
    try {
      this.#startAll(started);
      if (this.#options.further !== undefined) {
        // Loading modules leaves no turn to those that start.
        await this.#options.world.timers.sleep(0);
        const further = await this.#options.further();
        this.#graph = startOrder([...this.#options.plugins, ...further]);
        for (const plugin of further) this.#lives.set(plugin, newLife());
        this.#startAll(started);
      }
    } finally {
      await Promise.allSettled(started.values());
    }
    for (const [plugin, start] of started) {
      await start.catch((error: unknown) => this.#didNotStart(plugin, error));
    }
    for (const plugin of this.#graph.order) {
      const life = this.#lifeOf(plugin);
      const { scope } = life;
      if (scope === undefined) continue;
      await this.#runReadyHooks(scope).catch((error: unknown) => this.#didNotStart(plugin, error));
      life.isUp = life.scope === scope;
    }
    this.#isBooting = false;
    this.#tend();
  }

  /** Starts each that has not, as soon as those have started that it needs. */
  #startAll(started: Map<AnyPlugin, Promise<void>>): void {
    const order = this.#graph.order.filter(plugin => !started.has(plugin));
    const scopes = order.map(plugin => this.#openScope(plugin));
    for (const scope of scopes) {
      const providers = this.#providersOf(scope.plugin).map(each => must(started.get(each), 'providers come first'));
      const start = Promise.all(providers).then(() => this.#start(scope));
      started.set(scope.plugin, start);
      // How it ended is looked at once all have.
      start.catch(() => undefined);
    }
  }

  service<T>(ref: ServiceRef<T>): T {
    return must(this.#services.get(ref.id), `${ref.id} is provided`) as T;
  }

  collect<T>(point: ContributionPoint<T>): readonly T[] {
    return this.#board.items(point.id) as readonly T[];
  }

  add(plugin: AnyPlugin): void {
    this.#graph = startOrder([...this.#graph.order, plugin]);
    this.#lives.set(plugin, newLife());
    this.#tend();
  }

  /**
   * Whoever's code threw it is stopped, with those that need it, and started again. An error of an essential
   * plugin or of the core goes to `onFatal`.
   */
  #uncaught(error: unknown): void {
    const plugin = blamedFile(error, this.#graph.order, each => this.#fileOf(each)) ?? scopeAtWork()?.plugin;
    if (plugin !== undefined) this.#crashed(plugin, error);
    else if (!this.#isStopping) this.#options.onFatal(undefined, error);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#nextDue?.[Symbol.dispose]();
    await Promise.all([...this.#lives.values()].map(({ ended }) => ended));
    const errors: unknown[] = [];
    for (let scope = this.#scopes.pop(); scope !== undefined; scope = this.#scopes.pop()) {
      errors.push(...(await scope.release()));
    }
    if (errors.length > 0) throw new AggregateError(errors, 'some plugins did not stop cleanly');
  }

  /** A third party's plugin may stay behind; without another the node is not what was asked for. */
  #didNotStart(plugin: AnyPlugin, error: unknown): void {
    const needed = this.#usersOf(plugin).some(each => this.#fileOf(each) === undefined);
    if (needed) throw error instanceof StartError ? error : new StartError(plugin.name, error);
    // Of those that fail because what they need did, only the latter is told of.
    if (error instanceof StartError && error.plugin !== plugin.name) this.#letGo([plugin]);
    else this.#crashed(plugin, error instanceof StartError ? error.cause : error);
  }

  #crashed(plugin: AnyPlugin, error: unknown): void {
    const { log, crashes, world } = this.#options;
    const life = this.#lifeOf(plugin);
    if (this.#isStopping || life.scope === undefined) {
      log.warn('a plugin that is stopped failed', { plugin: plugin.name, error });
      return;
    }
    const affected = this.#usersOf(plugin);
    if (affected.some(each => each.essential === true)) return this.#options.onFatal(plugin.name, error);
    const now = this.#now();
    life.crashes = now - life.startedAtMs > FORGET_CRASHES_MS ? 1 : life.crashes + 1;
    const inMs = backoffMs(life.crashes, RESTART);
    life.dueAtMs = now + inMs;
    log.error('a plugin crashed', { plugin: plugin.name, crashes: life.crashes, restartInMs: inMs, error });
    crashes.tell({
      plugin: plugin.name,
      atMs: world.clock.now(),
      kind: 'threw',
      message: messageOf(error),
      outcome: { kind: 'PluginRestarts', inMs, crashes: life.crashes },
    });
    this.#letGo(affected);
    this.#tend();
  }

  /** Takes the lives of these plugins, users first. */
  #letGo(plugins: readonly AnyPlugin[]): void {
    const gone = new Set<PluginScope>();
    for (const plugin of plugins) {
      const life = this.#lifeOf(plugin);
      if (life.scope !== undefined) gone.add(life.scope);
      life.scope = undefined;
      life.isUp = false;
      for (const contribution of life.contributed.splice(0)) contribution[Symbol.dispose]();
      for (const { id } of plugin.provides ?? []) this.#services.delete(id);
    }
    const newestFirst = this.#scopes.filter(scope => gone.has(scope)).toReversed();
    this.#scopes.splice(0, this.#scopes.length, ...this.#scopes.filter(scope => !gone.has(scope)));
    const ended = this.#release(newestFirst);
    for (const { plugin } of newestFirst) this.#lifeOf(plugin).ended = ended;
  }

  async #release(scopes: readonly PluginScope[]): Promise<void> {
    for (const scope of scopes) {
      for (const error of await scope.release()) {
        this.#options.log.error('a plugin did not stop cleanly', { plugin: scope.plugin.name, error });
      }
    }
  }

  /** Starts what is due and has all that it needs; comes back when the next is due. */
  #tend(): void {
    if (this.#isBooting || this.#isStopping) return;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const plugin of this.#graph.order) {
      const { scope, dueAtMs } = this.#lifeOf(plugin);
      if (scope !== undefined) continue;
      if (dueAtMs > this.#now()) nextMs = Math.min(nextMs, dueAtMs);
      else if (this.#providersOf(plugin).every(each => this.#lifeOf(each).isUp)) void this.#begin(plugin);
    }
    this.#nextDue?.[Symbol.dispose]();
    if (nextMs === Number.POSITIVE_INFINITY) return;
    this.#nextDue = this.#options.world.timers.after(nextMs - this.#now(), () => this.#tend());
  }

  /** One more life of a plugin; never rejects. */
  async #begin(plugin: AnyPlugin): Promise<void> {
    const life = this.#lifeOf(plugin);
    const scope = this.#openScope(plugin);
    try {
      await life.ended;
      if (this.#isStopping || life.scope !== scope) return;
      await this.#start(scope);
      await this.#runReadyHooks(scope);
    } catch (error) {
      if (life.scope === scope) this.#crashed(plugin, error instanceof StartError ? error.cause : error);
      return;
    }
    life.isUp = life.scope === scope;
    this.#tend();
  }

  #openScope(plugin: AnyPlugin): PluginScope {
    const { world, bus } = this.#options;
    const scope = new PluginScope(plugin, world, bus, error => this.#crashed(plugin, error));
    const life = this.#lifeOf(plugin);
    life.scope = scope;
    life.startedAtMs = this.#now();
    life.contributed.push(...(plugin.contributes ?? []).map(({ point, items }) => this.#board.add(point, items)));
    this.#scopes.push(scope);
    return scope;
  }

  async #start(scope: PluginScope): Promise<void> {
    const { plugin } = scope;
    await this.#step(plugin, 'start', async () => {
      await scope.run(() => (plugin as Plugin).start?.(this.#contextFor(scope)));
      for (const { id } of plugin.provides ?? []) {
        if (!this.#services.has(id)) throw new Error(`it declares ${id} but did not provide it`);
      }
    });
  }

  async #runReadyHooks(scope: PluginScope): Promise<void> {
    if (scope.readyHooks.length === 0) return;
    await this.#step(scope.plugin, 'ready', async () => {
      for (const hook of scope.readyHooks) await scope.run(hook);
    });
  }

  #contextFor(scope: PluginScope): PluginContext {
    const { plugin } = scope;
    const needs = Object.entries(plugin.needs ?? {}).map(([name, { id }]) => [name, this.#services.get(id)] as const);
    const declared = new Set((plugin.provides ?? []).map(({ id }) => id));
    return {
      config: this.#options.configOf(plugin),
      needs: Object.fromEntries(needs),
      world: scope.world,
      bus: scope.bus,
      log: this.#options.log.child({ plugin: plugin.name }),
      signal: scope.signal,
      collect: point => this.collect(point),
      contribute: (point, ...items) => {
        return scope.hold(this.#board.add(point.id, items));
      },
      follow: <T>(point: ContributionPoint<T>, added: (items: readonly T[]) => Disposable | undefined) => {
        const following = this.#board.follow(point.id, items => scope.run(() => added(items as readonly T[])));
        scope.defer(() => following[Symbol.dispose]());
      },
      provide: (ref, implementation) => {
        if (!declared.has(ref.id)) throw new Error(`it provides ${ref.id} without declaring it`);
        this.#services.set(ref.id, implementation);
      },
      ready: run => void scope.readyHooks.push(run),
      defer: release => scope.defer(release),
      fail: error => this.#crashed(plugin, error),
    };
  }

  async #step(plugin: AnyPlugin, phase: BootStep['phase'], run: () => Promise<void>): Promise<void> {
    const beganMs = this.#now() - this.#beganMs;
    try {
      const { timers } = this.#options.world;
      const isWaitedFor = this.#isBooting && this.#fileOf(plugin) === undefined;
      if (isWaitedFor) await run();
      else await withinDeadline(timers, START_DEADLINE_MS, LATE, run(), this.#stopping.signal);
    } catch (error) {
      throw new StartError(plugin.name, error);
    }
    const tookMs = this.#now() - this.#beganMs - beganMs;
    const after = this.#providersOf(plugin).map(({ name }) => name);
    const step = { plugin: plugin.name, phase, after, beganMs, tookMs };
    if (!this.#isBooting) return;
    this.boot.push(step);
    this.#options.onStep?.(step);
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #lifeOf(plugin: AnyPlugin): Life {
    return must(this.#lives.get(plugin), 'a plugin of this kernel');
  }

  #providersOf(plugin: AnyPlugin): readonly AnyPlugin[] {
    return this.#graph.providersOf.get(plugin) ?? [];
  }

  /** The plugin and all that need what it provides, directly or not, in the order in which they start. */
  #usersOf(plugin: AnyPlugin): readonly AnyPlugin[] {
    const users = new Set([plugin]);
    for (const each of this.#graph.order) if (this.#providersOf(each).some(other => users.has(other))) users.add(each);
    return this.#graph.order.filter(each => users.has(each));
  }

  #fileOf(plugin: AnyPlugin): string | undefined {
    return this.#options.fileOf?.(plugin);
  }

  #now(): number {
    return this.#options.world.clock.monotonicMs();
  }
}

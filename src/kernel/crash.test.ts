import { beforeEach, describe, expect, it } from 'vitest';
import { createBus, eventType } from '../bus/bus.ts';
import { manualWorld, type ManualWorld } from '../sdk/testing/manual-world.ts';
import { CrashLog, type PluginCrash } from './crash-log.ts';
import { startKernel, type Kernel, type KernelOptions } from './kernel.ts';
import { contributionPoint, definePlugin, serviceRef, type AnyPlugin, type PluginContext } from './plugin.ts';
import { silentLogger } from './silent-logger.ts';

const greeting = serviceRef<string>('greeting');
const names = contributionPoint<string>('names');
const pinged = eventType<string>('pinged');

describe('a plugin that crashes', () => {
  let world: ManualWorld;
  let crashes: PluginCrash[];
  let fatal: (string | undefined)[];
  let uncaught: (error: unknown) => void;
  /** Starts and releases, in order. */
  let lives: string[];

  beforeEach(() => {
    world = manualWorld();
    crashes = [];
    fatal = [];
    lives = [];
  });

  const boot = (plugins: readonly AnyPlugin[], options: Partial<KernelOptions> = {}): Promise<Kernel> => {
    const log = new CrashLog();
    log.follow(crash => crashes.push(crash));
    return startKernel({
      plugins,
      world,
      log: silentLogger,
      bus: createBus(error => {
        throw error;
      }),
      configOf: () => undefined,
      crashes: log,
      onFatal: plugin => void fatal.push(plugin),
      listen: told => {
        uncaught = told;
      },
      ...options,
    });
  };

  /** A plugin that notes its lives and hands out its present context. */
  const living = (name: string, more: Partial<AnyPlugin> = {}) => {
    let context: PluginContext | undefined;
    const plugin = definePlugin({
      name,
      ...(more as object),
      start: given => {
        context = given;
        lives.push(`${name} starts`);
        for (const ref of plugin.provides ?? []) context.provide(ref, `${name} provides`);
        context.defer(() => void lives.push(`${name} ends`));
      },
    });
    return {
      plugin,
      get context() {
        if (context === undefined) throw new Error('not started');
        return context;
      },
    };
  };

  /** Runs in the scope of a plugin as its timers do. */
  const inTimerOf = async (context: PluginContext, work: () => void): Promise<void> => {
    context.world.timers.after(1, () => {
      try {
        work();
      } catch (error) {
        uncaught(error);
      }
    });
    await world.advance(1);
  };
  const boom = (): never => {
    throw new Error('boom');
  };

  it('is stopped with those that need it, and started again after a wait; others do not notice', async () => {
    const provider = living('provider', { provides: [greeting] });
    const user = living('user', { needs: { greeting } });
    const other = living('other');
    const kernel = await boot([provider.plugin, user.plugin, other.plugin]);
    lives.length = 0;
    provider.context.fail(new Error('boom'));
    await world.advance(0);
    expect(lives).toEqual(['user ends', 'provider ends']);
    await world.advance(999);
    expect(lives).toHaveLength(2);
    await world.advance(1);
    expect(lives.slice(2)).toEqual(['provider starts', 'user starts']);
    expect(kernel.service(greeting)).toBe('provider provides');
    expect(crashes).toMatchObject([
      { plugin: 'provider', kind: 'threw', message: 'boom', outcome: { kind: 'PluginRestarts', inMs: 1000 } },
    ]);
    await kernel.stop();
    expect(lives.slice(4).sort()).toEqual(['other ends', 'provider ends', 'user ends']);
  });

  it('waits longer each time, up to a minute, and briefly again once it ran for ten minutes', async () => {
    const plugin = living('p');
    const kernel = await boot([plugin.plugin]);
    const waits = async (): Promise<number> => {
      plugin.context.fail(new Error('boom'));
      const { outcome } = crashes.at(-1) ?? {};
      const inMs = outcome?.kind === 'PluginRestarts' ? outcome.inMs : -1;
      await world.advance(inMs);
      return inMs;
    };
    const seen: number[] = [];
    for (let i = 0; i < 8; i++) seen.push(await waits());
    expect(seen).toEqual([1, 2, 4, 8, 16, 32, 60, 60].map(seconds => seconds * 1000));
    await world.advance(600_001);
    expect(await waits()).toBe(1000);
    await kernel.stop();
  });

  it.each([
    ['a timer', (context: PluginContext) => inTimerOf(context, boom)],
    [
      'a promise nobody waits for',
      async (context: PluginContext) => {
        await inTimerOf(context, () => void Promise.reject(new Error('boom')).catch(uncaught));
      },
    ],
    [
      'a handler of a bus event',
      async (context: PluginContext) => {
        context.bus.on(pinged, boom);
        context.bus.emit(pinged, 'x');
        await world.advance(0);
      },
    ],
  ])('is known by the context of %s', async (_, crash) => {
    const plugin = living('p');
    const other = living('other');
    const kernel = await boot([plugin.plugin, other.plugin]);
    await crash(plugin.context);
    expect(crashes).toMatchObject([{ plugin: 'p', message: 'boom' }]);
    await world.advance(1000);
    expect(lives).toEqual(['p starts', 'other starts', 'p ends', 'p starts']);
    await kernel.stop();
  });

  it('is the third party whose code is in the stack, whoever called it', async () => {
    const builtin = living('builtin');
    const third = living('third');
    const fileOf = (plugin: AnyPlugin): string | undefined => (plugin === third.plugin ? '/p/third.ts' : undefined);
    const kernel = await boot([builtin.plugin, third.plugin], { fileOf });
    const error = new Error('boom');
    error.stack = 'Error: boom\n    at f (file:///house/a.ts:1:2)\n    at tick (file:///p/third.ts:3:4)';
    await inTimerOf(builtin.context, () => {
      throw error;
    });
    expect(crashes.map(({ plugin }) => plugin)).toEqual(['third']);
    await kernel.stop();
  });

  it('ends the server when it, or one that needs it, is essential, and when nobody knows whose error it is', async () => {
    const provider = living('provider', { provides: [greeting] });
    const vital = living('vital', { needs: { greeting }, essential: true });
    const kernel = await boot([provider.plugin, vital.plugin]);
    provider.context.fail(new Error('boom'));
    vital.context.fail(new Error('boom'));
    uncaught(new Error('boom'));
    expect(fatal).toEqual(['provider', 'vital', undefined]);
    expect(crashes).toEqual([]);
    await kernel.stop();
  });

  it('withdraws what it contributed, and its timers; followers hear of both', async () => {
    const told: string[] = [];
    const reader = definePlugin({
      name: 'reader',
      start: ({ follow, ready }) =>
        ready(() =>
          follow(names, items => {
            told.push(`+${items.join()}`);
            return { [Symbol.dispose]: () => void told.push(`-${items.join()}`) };
          }),
        ),
    });
    const plugin = living('p', { contributes: [names('static')] });
    const kernel = await boot([reader, plugin.plugin]);
    plugin.context.contribute(names, 'dynamic');
    let ticks = 0;
    plugin.context.world.timers.every(10, () => (ticks += 1));
    plugin.context.fail(new Error('boom'));
    await world.advance(500);
    expect(kernel.collect(names)).toEqual([]);
    expect(ticks).toBe(0);
    await world.advance(500);
    expect(told).toEqual(['+static', '+dynamic', '-static', '-dynamic', '+static']);
    expect(kernel.collect(names)).toEqual(['static']);
    await kernel.stop();
    expect(told.at(-1)).toBe('-static');
  });

  it('of a third party does not keep the node from starting, and is tried again', async () => {
    let attempts = 0;
    const third = definePlugin({
      name: 'third',
      start: () => {
        attempts += 1;
        if (attempts < 3) throw new Error('not yet');
      },
    });
    const hanging = definePlugin({ name: 'hanging', start: () => new Promise<void>(() => undefined) });
    const good = living('good');
    const files = new Map<AnyPlugin, string>([
      [third, '/p/third.ts'],
      [hanging, '/p/hanging.ts'],
    ]);
    const booting = boot([third, hanging, good.plugin], { fileOf: plugin => files.get(plugin) });
    await world.advance(30_000);
    const kernel = await booting;
    expect(lives).toEqual(['good starts']);
    expect(crashes.map(({ plugin, message }) => `${plugin}: ${message}`)).toEqual([
      'third: not yet',
      'hanging: it took more than 30 s',
    ]);
    await world.advance(40_000);
    expect(attempts).toBe(3);
    await world.advance(30_000);
    await kernel.stop();
  });

  it('may be one that was added later', async () => {
    const late = living('late', { needs: { greeting } });
    const kernel = await boot([living('provider', { provides: [greeting] }).plugin]);
    kernel.add(late.plugin);
    await world.advance(0);
    expect(lives).toEqual(['provider starts', 'late starts']);
    expect(() => kernel.add(living('late').plugin)).toThrow('two plugins are called late');
    late.context.fail(new Error('boom'));
    await world.advance(1000);
    expect(lives.slice(2)).toEqual(['late ends', 'late starts']);
    await kernel.stop();
  });
});

import { describe, expect, it } from 'vitest';
import { createBus } from '../bus/bus.ts';
import { CrashLog } from './crash-log.ts';
import { hostWorld } from './host-world.ts';
import { startKernel, type KernelOptions } from './kernel.ts';
import { contributionPoint, definePlugin, serviceRef, type AnyPlugin } from './plugin.ts';
import { silentLogger } from './silent-logger.ts';

const greeting = serviceRef<string>('greeting');
const names = contributionPoint<string>('names');

const start = (plugins: readonly AnyPlugin[], options: Partial<KernelOptions> = {}): ReturnType<typeof startKernel> =>
  startKernel({
    plugins,
    world: hostWorld(),
    log: silentLogger,
    bus: createBus(error => {
      throw error;
    }),
    configOf: () => undefined,
    crashes: new CrashLog(),
    onFatal: (plugin, error) => {
      throw new Error(`fatal: ${plugin}`, { cause: error });
    },
    ...options,
  });

describe('startKernel', () => {
  it('hands services and contributions over and releases in reverse, each plugin aborted first', async () => {
    const events: string[] = [];
    const provider = definePlugin({
      name: 'provider',
      provides: [greeting],
      contributes: [names('static')],
      start: ({ provide, defer }) => {
        provide(greeting, 'hello');
        defer(() => void events.push('provider released'));
      },
    });
    const user = definePlugin({
      name: 'user',
      needs: { greeting },
      start: ({ needs, collect, contribute, ready, defer, signal }) => {
        contribute(names, 'dynamic');
        ready(() => void events.push(`${needs.greeting} ${collect(names).join(',')}`));
        defer(() => void events.push(`user released, aborted: ${signal.aborted}`));
      },
    });
    const kernel = await start([user, provider]);
    await kernel.stop();
    expect(events).toEqual(['hello static,dynamic', 'user released, aborted: true', 'provider released']);
    expect(kernel.collect(names)).toEqual(['static']);
    expect(kernel.boot.map(({ plugin, phase }) => `${plugin} ${phase}`)).toEqual([
      'provider start',
      'user start',
      'user ready',
    ]);
  });

  describe('with plugins that are still to be loaded', () => {
    const provider = (events: string[], until?: Promise<void>): AnyPlugin =>
      definePlugin({
        name: 'provider',
        provides: [greeting],
        start: async ({ provide, defer }) => {
          events.push('provider starts');
          await until;
          provide(greeting, 'hello');
          defer(() => void events.push('provider released'));
        },
      });

    it('starts the others meanwhile', async () => {
      const events: string[] = [];
      const user = definePlugin({
        name: 'user',
        needs: { greeting },
        contributes: [names('static')],
        start: ({ needs, collect }) => void events.push(`${needs.greeting} ${collect(names).join()}`),
      });
      const further = async (): Promise<readonly AnyPlugin[]> => {
        events.push('loaded');
        return [user];
      };
      const kernel = await start([provider(events)], { further });
      expect(events).toEqual(['provider starts', 'loaded', 'hello static']);
      await kernel.stop();
    });

    it.each([
      ['cannot be', () => Promise.reject(new Error('no such file')), 'no such file'],
      [
        'do not fit',
        () => Promise.resolve([definePlugin({ name: 'other', provides: [greeting] })]),
        'provider and other provide greeting',
      ],
    ] as const)('releases the others where they %s, also one that still starts', async (_, load, message) => {
      const events: string[] = [];
      const { promise, resolve } = Promise.withResolvers<void>();
      const further = () => {
        setImmediate(resolve);
        return load();
      };
      await expect(start([provider(events, promise)], { further })).rejects.toThrow(message);
      expect(events).toEqual(['provider starts', 'provider released']);
    });
  });

  it('releases what had started when a later plugin fails, and names that plugin', async () => {
    const released: string[] = [];
    const good = definePlugin({
      name: 'good',
      provides: [greeting],
      start: ({ provide, defer }) => {
        provide(greeting, 'hi');
        defer(() => void released.push('good'));
      },
    });
    const bad = definePlugin({
      name: 'bad',
      needs: { greeting },
      start: () => {
        throw new Error('no such device');
      },
    });
    await expect(start([good, bad])).rejects.toThrow('plugin bad did not start: no such device');
    expect(released).toEqual(['good']);
  });

  it('refuses a plugin that does not provide what it declares', async () => {
    await expect(start([definePlugin({ name: 'liar', provides: [greeting] })])).rejects.toThrow(
      'plugin liar did not start: it declares greeting but did not provide it',
    );
  });

  it('runs every release although one fails, and reports the failures together', async () => {
    const released: string[] = [];
    const plugin = definePlugin({
      name: 'p',
      start: ({ defer }) => {
        defer(() => void released.push('first'));
        defer(() => {
          throw new Error('stuck');
        });
      },
    });
    const kernel = await start([plugin]);
    await expect(kernel.stop()).rejects.toThrow('some plugins did not stop cleanly');
    expect(released).toEqual(['first']);
  });
});

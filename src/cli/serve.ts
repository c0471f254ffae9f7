import { BUILTIN_PLUGINS } from '../../plugins/builtin.ts';
import type { World } from '../base/world.ts';
import { createBus } from '../bus/bus.ts';
import { loadExternalPlugins } from '../kernel/external-plugins.ts';
import { startKernel, type Kernel } from '../kernel/kernel.ts';
import type { AnyPlugin } from '../kernel/plugin.ts';
import { BootReport } from './boot-report.ts';
import { giveBackMemory } from './give-back-memory.ts';
import { lockDataDir } from './lock-data-dir.ts';
import { pinoLogger } from './pino-logger.ts';
import { configOf } from './plugin-config.ts';
import { SettingError, type ServerSettings } from './server-options.ts';
import { serverReady } from './server-ready.ts';

/** Runs a server until it is told to stop. Pods keep running when it ends. Answers the exit code. */
export async function serve(
  world: World,
  settings: ServerSettings,
  options: { readonly verbose: boolean },
): Promise<number> {
  const log = pinoLogger(options.verbose ? 'debug' : 'warn');
  const report = new BootReport(world.clock, text => void process.stdout.write(text));
  const stopped = stopSignal();
  let kernel: Kernel;
  let lock: AsyncDisposable | undefined;
  try {
    lock = await lockDataDir(world, String(settings['dataDir']));
    kernel = await startKernel({
      plugins: await pluginsFor(world, settings),
      world,
      log,
      bus: createBus((error, eventId) => log.error('a handler of a bus event failed', { error, eventId })),
      configOf: plugin => configOf(plugin, settings),
      onStep: step => report.step(step),
    });
  } catch (error) {
    report.failed(error);
    log.debug('start failed', { error });
    await lock?.[Symbol.asyncDispose]();
    return 1;
  }
  if (options.verbose) report.tree(kernel.boot);
  await Promise.race([serverReady(kernel, settings, report, !isDisabled(settings, 'kubelet')), stopped]);
  using _memory = giveBackMemory(world.timers);
  const signal = await stopped;
  log.info('stopping; pods keep running', { signal });
  await kernel.stop();
  await lock[Symbol.asyncDispose]();
  return 0;
}

async function pluginsFor(world: World, settings: ServerSettings): Promise<readonly AnyPlugin[]> {
  const disabled = disabledIn(settings);
  const unknown = disabled.find(name => !(name in BUILTIN_PLUGINS));
  if (unknown !== undefined) {
    const known = Object.keys(BUILTIN_PLUGINS).join(', ');
    throw new SettingError('--disable', `there is no plugin ${unknown}; there are ${known}`);
  }
  const wanted = Object.entries(BUILTIN_PLUGINS).filter(([name]) => !disabled.includes(name));
  const builtin = await Promise.all(wanted.map(async ([, load]) => (await load()).default));
  const folder = settings['pluginsDir'];
  if (typeof folder !== 'string' || folder === '') return builtin;
  return [...builtin, ...(await loadExternalPlugins(world, folder, SDK_MODULES))];
}

const disabledIn = ({ disable }: ServerSettings): readonly string[] =>
  Array.isArray(disable) ? disable.map(String) : [];
const isDisabled = (settings: ServerSettings, plugin: string): boolean => disabledIn(settings).includes(plugin);

const SDK_MODULES: ReadonlyMap<string, URL> = new Map([
  ['tiphys/sdk', new URL('../sdk/index.ts', import.meta.url)],
  ['tiphys/sdk/testing', new URL('../sdk/testing/index.ts', import.meta.url)],
]);

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
}

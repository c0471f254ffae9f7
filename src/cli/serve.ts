import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { native } from '../../native/index.ts';
import { BUILTIN_PLUGINS } from '../../plugins/builtin.ts';
import { crashReports } from '../../plugins/crash-reports/plugin.ts';
import { must } from '../base/must.ts';
import type { World } from '../base/world.ts';
import { createBus } from '../bus/bus.ts';
import { CrashLog } from '../kernel/crash-log.ts';
import { startKernel, type BootStep, type Kernel } from '../kernel/kernel.ts';
import type { Logger } from '../kernel/logger.ts';
import type { AnyPlugin } from '../kernel/plugin.ts';
import { BootReport } from './boot-report.ts';
import { fatalCrash, tellFatalCrash } from './fatal-crash.ts';
import { giveBackMemory } from './give-back-memory.ts';
import { lockDataDir } from './lock-data-dir.ts';
import { pinoLogger } from './pino-logger.ts';
import { configOf } from './plugin-config.ts';
import { SettingError, type ServerSettings } from './server-options.ts';
import { serverReady } from './server-ready.ts';
import { StallLedger } from './stall-ledger.ts';
import { ThirdParty } from './third-party.ts';

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
    const dataDir = String(settings['dataDir']);
    lock = await lockDataDir(world, dataDir);
    kernel = await bootKernel(world, settings, log, step => report.step(step));
  } catch (error) {
    report.failed(error);
    log.debug('start failed', { error });
    await lock?.[Symbol.asyncDispose]();
    return 1;
  }
  if (options.verbose) report.tree(kernel.boot);
  await Promise.race([serverReady(kernel, settings, report, !isDisabled(settings, 'kubelet')), stopped]);
  // Node writes it when a process exits, which one that is killed never does.
  flushCompileCache();
  using _memory = giveBackMemory(world.timers);
  const signal = await stopped;
  log.info('stopping; pods keep running', { signal });
  await kernel.stop();
  await lock[Symbol.asyncDispose]();
  return 0;
}

async function bootKernel(
  world: World,
  settings: ServerSettings,
  log: Logger,
  onStep: (step: BootStep) => void,
): Promise<Kernel> {
  const dataDir = String(settings['dataDir']);
  const crashes = new CrashLog();
  const thirdParty = new ThirdParty(world, log, crashes);
  const ledger = new StallLedger(world, dataDir);
  await world.files.mkdir(join(dataDir, 'server'), { recursive: true, mode: 0o700 });
  const wanted = wantedPlugins(settings);
  await tellFatalCrash(world, dataDir, crashes);
  const stallSeconds = Number(settings['stallSeconds']);
  if (stallSeconds > 0) native().startWatchdog({ stallSeconds, reportPath: ledger.reportPath });
  const kernel = await startKernel({
    plugins: await builtinPlugins(wanted.filter(name => name === FIRST)),
    further: async () => [
      ...(await builtinPlugins(wanted.filter(name => name !== FIRST))),
      crashReports(crashes),
      ...(await thirdParty.load(String(settings['pluginsDir']), ledger)),
    ],
    world,
    log,
    bus: createBus((error, eventId) => log.error('a handler of a bus event failed', { error, eventId })),
    crashes,
    configOf: plugin => configOf(plugin, settings),
    fileOf: plugin => thirdParty.fileOf(plugin),
    onFatal: fatalCrash(world, log, dataDir),
    listen: uncaught => {
      process.on('uncaughtException', uncaught);
      process.on('unhandledRejection', uncaught);
    },
    onStep,
  });
  thirdParty.addLater(kernel);
  return kernel;
}

/** Reads what all wait for, in a thread of its own, while the others are loaded. */
const FIRST = 'store-sqlite';

function wantedPlugins(settings: ServerSettings): readonly string[] {
  const disabled = disabledIn(settings);
  const unknown = disabled.find(name => !(name in BUILTIN_PLUGINS));
  if (unknown !== undefined) {
    const known = Object.keys(BUILTIN_PLUGINS).join(', ');
    throw new SettingError('--disable', `there is no plugin ${unknown}; there are ${known}`);
  }
  return Object.keys(BUILTIN_PLUGINS).filter(name => !disabled.includes(name));
}

const builtinPlugins = (names: readonly string[]): Promise<readonly AnyPlugin[]> =>
  Promise.all(names.map(async name => (await must(BUILTIN_PLUGINS[name], `there is a plugin ${name}`)()).default));

const disabledIn = ({ disable }: ServerSettings): readonly string[] =>
  Array.isArray(disable) ? disable.map(String) : [];
const isDisabled = (settings: ServerSettings, plugin: string): boolean => disabledIn(settings).includes(plugin);

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
}

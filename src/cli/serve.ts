import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { native } from '../../native/index.ts';
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
import { pluginConfigOf } from './plugin-config.ts';
import type { NodeRole } from './node-role.ts';
import { SettingError, type ServerSettings } from './server-options.ts';
import { StallLedger } from './stall-ledger.ts';
import { strandedAmong, strandedMessage } from './stranded-plugins.ts';
import { ThirdParty } from './third-party.ts';

/** Runs a server or an agent until it is told to stop. Pods keep running when it ends. Answers the exit code. */
export async function serve(
  world: World,
  settings: ServerSettings,
  role: NodeRole,
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
    const booting = bootKernel(world, settings, role, log, step => report.step(step));
    const booted = await Promise.race([booting, stopped]);
    // A node that waits for its server has nothing yet that would have to be let go of in order.
    if (typeof booted === 'string') {
      booting.catch((error: unknown) => log.debug('start given up', { error }));
      await lock[Symbol.asyncDispose]();
      return 0;
    }
    kernel = booted;
  } catch (error) {
    report.failed(error);
    log.debug('start failed', { error });
    await lock?.[Symbol.asyncDispose]();
    return 1;
  }
  if (options.verbose) report.tree(kernel.boot);
  await Promise.race([role.ready(kernel, settings, report, !isDisabled(settings, 'kubelet')), stopped]);
  // Node writes it when a process exits, which one that is killed never does.
  flushCompileCache();
  using _memory = giveBackMemory(world.timers, () => native().giveBackFreeMemory());
  const signal = await stopped;
  log.info('stopping; pods keep running', { signal });
  await kernel.stop();
  await lock[Symbol.asyncDispose]();
  return 0;
}

async function bootKernel(
  world: World,
  settings: ServerSettings,
  role: NodeRole,
  log: Logger,
  onStep: (step: BootStep) => void,
): Promise<Kernel> {
  const dataDir = String(settings['dataDir']);
  const crashes = new CrashLog();
  const thirdParty = new ThirdParty(world, log, crashes);
  const ledger = new StallLedger(world, dataDir);
  await world.files.mkdir(join(dataDir, 'server'), { recursive: true, mode: 0o700 });
  const wanted = wantedPlugins(role, settings);
  await tellFatalCrash(world, dataDir, crashes);
  const watch = (): void => {
    const stallSeconds = Number(settings['stallSeconds']);
    if (stallSeconds > 0) native().startWatchdog({ stallSeconds, reportPath: ledger.reportPath });
  };
  const first = await builtinPlugins(
    role,
    wanted.filter(name => role.first.includes(name)),
  );
  const kernel = await startKernel({
    plugins: first,
    further: async () => {
      const builtin = await builtinPlugins(
        role,
        wanted.filter(name => !role.first.includes(name)),
      );
      // Until here the loop stands still for as long as a slow disk takes: starting anew would make that no shorter.
      watch();
      const others = [crashReports(crashes), ...(await thirdParty.load(String(settings['pluginsDir']), ledger))];
      await refuseStranded(role, settings, [...first, ...builtin, ...others]);
      return [...builtin, ...others];
    },
    world,
    log,
    bus: createBus((error, eventId) => log.error('a handler of a bus event failed', { error, eventId })),
    crashes,
    configOf: plugin => pluginConfigOf(plugin, settings),
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

function wantedPlugins({ plugins }: NodeRole, settings: ServerSettings): readonly string[] {
  const disabled = disabledIn(settings);
  const unknown = disabled.find(name => !(name in plugins));
  if (unknown !== undefined) {
    const known = Object.keys(plugins).join(', ');
    throw new SettingError('--disable', `there is no plugin ${unknown}; there are ${known}`);
  }
  return Object.keys(plugins).filter(name => !disabled.includes(name));
}

/** Who disables a plugin is told at once of all that cannot start without it. */
async function refuseStranded(role: NodeRole, settings: ServerSettings, plugins: readonly AnyPlugin[]): Promise<void> {
  const stranded = strandedAmong(plugins);
  if (stranded.length === 0) return;
  const message = strandedMessage(stranded, await builtinPlugins(role, disabledIn(settings)));
  if (message !== undefined) throw new SettingError('--disable', message);
}

const builtinPlugins = ({ plugins }: NodeRole, names: readonly string[]): Promise<readonly AnyPlugin[]> =>
  Promise.all(names.map(async name => (await must(plugins[name], `there is a plugin ${name}`)()).default));

const disabledIn = ({ disable }: ServerSettings): readonly string[] =>
  Array.isArray(disable) ? disable.map(String) : [];
const isDisabled = (settings: ServerSettings, plugin: string): boolean => disabledIn(settings).includes(plugin);

/** Resolves at the first SIGTERM or SIGINT; a second one ends the process at once. */
function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
}

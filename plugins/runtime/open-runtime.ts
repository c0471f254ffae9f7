import { native as loadNative, type Native } from '../../native/index.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import { judgeMachine } from './abilities/judge-machine.ts';
import { ProfileLoader } from './app-armor/profile-loader.ts';
import { openDeviceFilter, readMachineFacts } from './abilities/machine-facts.ts';
import { createCgroups, type Cgroups } from './cgroups.ts';
import type { Container, Sandbox } from './contract.ts';
import { delegateControllers, withAncestors } from './delegate-controllers.ts';
import { findHierarchies } from './hierarchies.ts';
import { MountPoints } from './mount-points.ts';
import { RuntimeService } from './runtime-service.ts';
import { SHIMS_CGROUP } from './sandbox-plan.ts';
import { shortHash, StateDirectory } from './state-directory.ts';
import { QOS_CGROUPS } from './sweep-cgroups.ts';

export interface RuntimeSettings {
  readonly dataDir: string;
  /** Sockets and exit records; `/run/tiphys/<hash of dataDir>` when empty. */
  readonly runDir: string;
  /** Of every hierarchy; `kubepods`, or a name of its own for another data directory, when empty. */
  readonly cgroupRoot: string;
}

/** Of a runtime that starts pods, too. */
export interface OpenSettings extends RuntimeSettings {
  /** Made ahead of their pods. */
  readonly spareShims: number;
}

export const DEFAULT_DATA_DIR = '/var/lib/tiphys';
const SHIM = new URL('../../build/Release/tiphys-shim', import.meta.url);

/** Opens the runtime of one data directory; two daemons must not do so at the same time. */
export async function openRuntime(
  world: World,
  log: Logger,
  settings: OpenSettings,
  events: { onContainerExited(container: Container): void; onSandboxGone(sandbox: Sandbox): void },
): Promise<RuntimeService> {
  const native = loadNative();
  const state = new StateDirectory(world.files, native, settings.dataDir, settings.runDir);
  const [{ cgroups, granted }, program] = await Promise.all([
    prepareCgroups(native, world, settings),
    world.files.readFile(SHIM),
    state.prepare(),
  ]);
  const abilities = judgeMachine(await readMachineFacts(world.files, native, granted));
  const lacking = abilities.filter(({ state: found }) => found !== 'ok');
  if (lacking.length > 0) log.info('this machine does not offer everything that pods may ask for', { lacking });
  const shimProgram = native.sealedMemfd('tiphys-shim', program, true);
  const deviceFilter = cgroups.filteredDirectory('') === null ? null : openDeviceFilter(native);
  const mountPoints = new MountPoints(native, world.files, state.mountPoints);
  const profiles = new ProfileLoader(world, state.run);
  const opened = { native, world, log, cgroups, state, mountPoints, shimProgram, deviceFilter, profiles, abilities };
  return new RuntimeService({ ...opened, ...events }, settings.spareShims);
}

export async function openCgroups(world: World, settings: RuntimeSettings): Promise<Cgroups> {
  return createCgroups(world.files, await findHierarchies(world.files), cgroupRootOf(settings));
}

/** The cgroups that outlive every pod: the root, its classes of service, and the one of the shims. */
async function prepareCgroups(
  native: Native,
  world: World,
  settings: RuntimeSettings,
): Promise<{ readonly cgroups: Cgroups; readonly granted?: ReadonlySet<string> }> {
  const hierarchies = await findHierarchies(world.files);
  const root = cgroupRootOf(settings);
  const cgroups = createCgroups(world.files, hierarchies, root);
  const classes = ['', ...QOS_CGROUPS];
  await native.makeCgroups([...classes, SHIMS_CGROUP].flatMap(path => [...cgroups.directories(path)]));
  if (hierarchies.version === 'v1') return { cgroups };
  const folders = withAncestors(classes.map(each => `${root}/${each}`));
  const granted = await delegateControllers(world.files, hierarchies.unified, hierarchies.controllers, folders);
  return { cgroups: createCgroups(world.files, { ...hierarchies, controllers: granted }, root), granted };
}

function cgroupRootOf({ cgroupRoot, dataDir }: RuntimeSettings): string {
  if (cgroupRoot !== '') return cgroupRoot;
  return dataDir === DEFAULT_DATA_DIR ? 'kubepods' : `kubepods-${shortHash(dataDir)}`;
}

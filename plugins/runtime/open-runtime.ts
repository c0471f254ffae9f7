import { native as loadNative } from '../../native/index.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import { createCgroups, type Cgroups } from './cgroups.ts';
import type { Container, Sandbox } from './contract.ts';
import { findHierarchies } from './hierarchies.ts';
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

export const DEFAULT_DATA_DIR = '/var/lib/tiphys';
const SHIM = new URL('../../build/Release/tiphys-shim', import.meta.url);

/** Opens the runtime of one data directory; two daemons must not do so at the same time. */
export async function openRuntime(
  world: World,
  log: Logger,
  settings: RuntimeSettings,
  events: { onContainerExited(container: Container): void; onSandboxGone(sandbox: Sandbox): void },
): Promise<RuntimeService> {
  const native = loadNative();
  const state = new StateDirectory(world.files, settings.dataDir, settings.runDir);
  const [cgroups, program] = await Promise.all([
    openCgroups(world, settings),
    world.files.readFile(SHIM),
    state.prepare(),
  ]);
  const top = ['', ...QOS_CGROUPS];
  await native.makeCgroups([...top, SHIMS_CGROUP].flatMap(path => [...cgroups.directories(path)]));
  for (const { path, data } of top.flatMap(each => cgroups.delegate(each))) await world.files.writeFile(path, data);
  const shimProgram = native.sealedMemfd('tiphys-shim', program, true);
  return new RuntimeService({ native, world, log, cgroups, state, shimProgram, ...events });
}

export async function openCgroups(world: World, settings: RuntimeSettings): Promise<Cgroups> {
  return createCgroups(world.files, await findHierarchies(world.files), cgroupRootOf(settings));
}

function cgroupRootOf({ cgroupRoot, dataDir }: RuntimeSettings): string {
  if (cgroupRoot !== '') return cgroupRoot;
  return dataDir === DEFAULT_DATA_DIR ? 'kubepods' : `kubepods-${shortHash(dataDir)}`;
}

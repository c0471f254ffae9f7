import { presentOr } from '../../src/base/failed-with.ts';
import { native as loadNative } from '../../native/index.ts';
import { removeTrees } from '../../native/remove-trees.ts';
import type { World } from '../../src/base/world.ts';
import { killShim } from './kill-shim.ts';
import { openCgroups, type RuntimeSettings } from './open-runtime.ts';
import { removeCgroups } from './remove-cgroups.ts';
import { StateDirectory } from './state-directory.ts';

/**
 * Ends every pod of a data directory, whether or not a daemon runs: no process, cgroup, writable layer
 * or socket is left. Images and logs stay. Idempotent; safe where nothing ever ran.
 */
export async function killAllPods(world: World, settings: RuntimeSettings): Promise<{ readonly pods: number }> {
  const native = loadNative();
  const state = new StateDirectory(world.files, native, settings.dataDir, settings.runDir);
  const cgroups = await openCgroups(world, settings);
  const found = await presentOr([], () => state.find());
  await Promise.all(found.map(({ directory }) => killShim({ native, world }, directory)));
  // A shim's death kills its containers; whoever slipped away is still in its cgroup.
  await removeCgroups({ native, timers: world.timers }, cgroups.roots);
  await removeTrees(native, [state.run, state.layers, state.mountPoints]);
  return { pods: found.length };
}

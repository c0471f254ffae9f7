import { native } from '../../native/index.ts';
import { unmountVolumes } from '../../plugins/kubelet/volumes/unmount-volumes.ts';
import { removeNetwork } from '../../plugins/network/footprint.ts';
import { killAllPods } from '../../plugins/runtime/killall.ts';
import type { World } from '../base/world.ts';

/** Removes what a server leaves running on purpose when it stops. Its data stay. Answers how many pods ended. */
export async function killAll(world: World, dataDir: string): Promise<number> {
  const { pods } = await killAllPods(world, { dataDir, runDir: '', cgroupRoot: '' });
  await unmountVolumes(native(), dataDir);
  await removeNetwork(native(), world.files, dataDir);
  return pods;
}

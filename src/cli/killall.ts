import { join } from 'node:path';
import { native } from '../../native/index.ts';
import { csiPaths } from '../../plugins/kubelet/csi/csi-paths.ts';
import { kubeletRoot } from '../../plugins/kubelet/csi/kubelet-root.ts';
import { mountsBeneath } from '../../plugins/kubelet/volumes/mounts-beneath.ts';
import { removeNetwork } from '../../plugins/network/footprint.ts';
import { killAllPods } from '../../plugins/runtime/killall.ts';
import type { World } from '../base/world.ts';

/** Removes what a server leaves running on purpose when it stops. Its data stay. Answers how many pods ended. */
export async function killAll(world: World, dataDir: string): Promise<number> {
  const { pods } = await killAllPods(world, { dataDir, runDir: '', cgroupRoot: '' });
  for (const path of await ownMounts(dataDir)) native().unmount(path);
  await removeNetwork(native(), world.files, dataDir);
  return pods;
}

/** Not what somebody else mounted there, such as a disk for images. */
async function ownMounts(dataDir: string): Promise<readonly string[]> {
  const pods = join(dataDir, 'agent', 'pods');
  const ofPods = await mountsBeneath(native(), pods);
  const ofDrivers = csiPaths(kubeletRoot(dataDir));
  return [
    ...ofPods.filter(path => path !== pods),
    ...(await mountsBeneath(native(), ofDrivers.pods)),
    ...(await mountsBeneath(native(), ofDrivers.staged)),
    ...(await mountsBeneath(native(), join(dataDir, 'agent', 'secrets'))),
  ];
}

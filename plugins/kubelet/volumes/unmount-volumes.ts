import { join } from 'node:path';
import type { FilesNative } from '../../../native/files.ts';
import type { KubeletNative } from '../../../native/kubelet.ts';
import { csiPaths } from '../csi/csi-paths.ts';
import { kubeletRoot } from '../drivers/kubelet-root.ts';
import { mountsBeneath } from './mount-table.ts';
import { unshareRoot } from './shared-root.ts';

type Native = Pick<KubeletNative, 'unmount'> & Pick<FilesNative, 'readBounded'>;

/** Unmounts what a kubelet and the drivers of its pods leave mounted, once its pods are gone. */
export async function unmountVolumes(native: Native, dataDir: string): Promise<void> {
  for (const path of await ownMounts(native, dataDir)) native.unmount(path);
  await unshareRoot(native, kubeletRoot(dataDir));
}

/** Not what somebody else mounted there, such as a disk for images. */
async function ownMounts(native: Native, dataDir: string): Promise<readonly string[]> {
  const pods = join(dataDir, 'agent', 'pods');
  const ofPods = await mountsBeneath(native, pods);
  const ofDrivers = csiPaths(kubeletRoot(dataDir));
  return [
    ...ofPods.filter(path => path !== pods),
    ...(await mountsBeneath(native, ofDrivers.pods)),
    ...(await mountsBeneath(native, ofDrivers.staged)),
    ...(await mountsBeneath(native, join(dataDir, 'agent', 'secrets'))),
  ];
}

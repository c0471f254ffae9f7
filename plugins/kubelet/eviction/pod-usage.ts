import { join } from 'node:path';
import { diskUsage } from '../../../src/base/disk-usage.ts';
import type { Files } from '../../../src/base/world.ts';
import type { Runtime } from '../../runtime/contract.ts';
import type { Pod } from '../pod.ts';
import { podLogDirectory, volumesDirectory, type NodePaths } from '../worker/pod-paths.ts';
import type { PodUsage } from './rank-pods.ts';

interface UsageDeps {
  readonly files: Files;
  readonly runtime: Pick<Runtime, 'list' | 'stats' | 'sandboxStats' | 'layerUsage'>;
  readonly paths: NodePaths;
}

/** What a pod uses of memory and processes, and if asked of the disk: its containers' layers and logs, its volumes. */
export async function podUsage({ files, runtime, paths }: UsageDeps, pod: Pod, withDisk: boolean): Promise<PodUsage> {
  const sandboxes = runtime
    .list()
    .filter(({ config, state }) => config.podUid === pod.metadata.uid && state === 'ready');
  let [memoryBytes, pids, diskBytes, inodes] = [0, 0, 0, 0];
  const containers = new Map<string, { readonly memoryBytes: number; readonly diskBytes: number }>();
  for (const sandbox of sandboxes) {
    const whole = await runtime.sandboxStats(sandbox.id);
    memoryBytes += whole.memoryWorkingSetBytes;
    pids += whole.pids;
    for (const { id, name, state } of sandbox.containers) {
      const layer = withDisk ? await runtime.layerUsage(id) : NOTHING;
      const logs =
        withDisk && !containers.has(name) ? await diskUsage(files, join(podLogDirectory(paths, pod), name)) : NOTHING;
      diskBytes += layer.bytes + logs.bytes;
      inodes += layer.inodes + logs.inodes;
      if (state !== 'running') continue;
      const { memoryWorkingSetBytes } = await runtime.stats(id);
      containers.set(name, { memoryBytes: memoryWorkingSetBytes, diskBytes: layer.bytes + logs.bytes });
    }
  }
  const volumes = withDisk ? await diskUsage(files, volumesDirectory(paths, pod.metadata.uid)) : NOTHING;
  return { memoryBytes, pids, diskBytes: diskBytes + volumes.bytes, inodes: inodes + volumes.inodes, containers };
}

const NOTHING = { bytes: 0, inodes: 0 };

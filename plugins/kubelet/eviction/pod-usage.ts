import type { Runtime } from '../../runtime/contract.ts';
import type { Pod } from '../pod.ts';
import { podStorage, type StorageDeps } from './pod-storage.ts';
import type { PodUsage } from './rank-pods.ts';

interface UsageDeps extends StorageDeps {
  readonly runtime: Pick<Runtime, 'list' | 'stats' | 'sandboxStats' | 'layerUsage'>;
}

/** What a pod uses of memory and processes, and if asked of the disk. */
export async function podUsage(deps: UsageDeps, pod: Pod, withDisk: boolean): Promise<PodUsage> {
  const { runtime } = deps;
  const disk = withDisk ? await podStorage(deps, pod) : undefined;
  let [memoryBytes, pids] = [0, 0];
  const containers = new Map<string, { readonly memoryBytes: number; readonly diskBytes: number }>();
  for (const sandbox of runtime.list()) {
    if (sandbox.config.podUid !== pod.metadata.uid || sandbox.state !== 'ready') continue;
    const whole = await runtime.sandboxStats(sandbox.id);
    memoryBytes += whole.memoryWorkingSetBytes;
    pids += whole.pids;
    for (const { id, name, state } of sandbox.containers) {
      if (state !== 'running') continue;
      const { memoryWorkingSetBytes } = await runtime.stats(id);
      containers.set(name, { memoryBytes: memoryWorkingSetBytes, diskBytes: disk?.containers.get(name) ?? 0 });
    }
  }
  return { memoryBytes, pids, diskBytes: disk?.bytes ?? 0, inodes: disk?.inodes ?? 0, containers };
}

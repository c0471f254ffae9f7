import { join } from 'node:path';
import { diskUsage, type DiskUsage } from '../../../src/base/disk-usage.ts';
import type { Files } from '../../../src/base/world.ts';
import type { Runtime } from '../../runtime/contract.ts';
import type { Pod } from '../pod.ts';
import { podLogDirectory, volumesDirectory, type NodePaths } from '../worker/pod-paths.ts';

export interface StorageDeps {
  readonly files: Pick<Files, 'lstat' | 'readdir'>;
  readonly runtime: Pick<Runtime, 'list' | 'layerUsage'>;
  readonly paths: NodePaths;
}

/** What a pod takes of its node's disk: what its containers wrote, their logs, and volumes that are there for it alone. */
export interface PodStorage extends DiskUsage {
  /** Of containers that run: what they wrote, and their logs. */
  readonly containers: ReadonlyMap<string, number>;
  readonly volumes: ReadonlyMap<string, number>;
}

export async function podStorage({ files, runtime, paths }: StorageDeps, pod: Pod): Promise<PodStorage> {
  const { uid } = pod.metadata;
  let [bytes, inodes] = [0, 0];
  const count = (usage: DiskUsage): number => {
    bytes += usage.bytes;
    inodes += usage.inodes;
    return usage.bytes;
  };
  const containers = new Map<string, number>();
  const logged = new Set<string>();
  for (const sandbox of runtime.list()) {
    if (sandbox.config.podUid !== uid || sandbox.state !== 'ready') continue;
    for (const { id, name, state } of sandbox.containers) {
      const layer = count(await runtime.layerUsage(id));
      const isLogged = logged.has(name);
      logged.add(name);
      const logs = isLogged ? 0 : count(await diskUsage(files, join(podLogDirectory(paths, pod), name)));
      if (state === 'running') containers.set(name, layer + logs);
    }
  }
  const volumes = new Map<string, number>();
  for (const { name, emptyDir, configMap, downwardAPI } of pod.spec.volumes ?? []) {
    if ((emptyDir ?? configMap ?? downwardAPI) === undefined || emptyDir?.medium === 'Memory') continue;
    volumes.set(name, count(await diskUsage(files, join(volumesDirectory(paths, uid), name))));
  }
  return { bytes, inodes, containers, volumes };
}

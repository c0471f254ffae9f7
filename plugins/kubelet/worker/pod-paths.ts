import { join } from 'node:path';
import type { Pod } from '../pod.ts';

/** Where the files of pods are on this node. */
export interface NodePaths {
  /** `<dataDir>/agent/pods`: a folder a pod uid. */
  readonly pods: string;
  /** `/var/log/pods` by default: a folder a pod, one of these a container, a file an attempt. */
  readonly logs: string;
  /** `<dataDir>/agent/seccomp`: profiles that pods may name, put there by whoever looks after the node. */
  readonly seccomp: string;
}

const podDirectory = (paths: NodePaths, uid: string): string => join(paths.pods, uid);
export const nameFilesDirectory = (paths: NodePaths, uid: string): string => join(podDirectory(paths, uid), 'etc');
export const volumesDirectory = (paths: NodePaths, uid: string): string => join(podDirectory(paths, uid), 'volumes');
export const messagePath = (paths: NodePaths, uid: string, container: string, attempt: number): string =>
  join(podDirectory(paths, uid), 'containers', container, String(attempt));

export const podLogDirectory = (paths: NodePaths, { metadata }: Pick<Pod, 'metadata'>): string =>
  join(paths.logs, `${metadata.namespace ?? ''}_${metadata.name}_${metadata.uid}`);
export const logPath = (paths: NodePaths, pod: Pick<Pod, 'metadata'>, container: string, attempt: number): string =>
  join(podLogDirectory(paths, pod), container, `${attempt}.log`);

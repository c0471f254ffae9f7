import type { ContainerSpec, PodSpec } from '../pod.ts';

/** An init container that keeps running beside the pod's containers (KEP-753). */
export const isSidecar = (container: ContainerSpec): boolean => container.restartPolicy === 'Always';

/** Whether a container that ended with `exitCode` is started again. A container's own policy goes first. */
export function mayRestart(container: ContainerSpec, podPolicy: PodSpec['restartPolicy'], exitCode: number): boolean {
  const policy = container.restartPolicy ?? podPolicy ?? 'Always';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

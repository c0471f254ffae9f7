import type { Pod } from '../../kinds/core/v1/pod.ts';

/** Why a volume that others have cannot be attached for a pod, in upstream's words; pods of other namespaces are not named. */
export function takenMessage(volume: string, pod: Pod, others: readonly Pod[]): string {
  const near = others.filter(({ metadata }) => metadata.namespace === pod.metadata.namespace);
  const far = others.length - near.length;
  const who = near.map(({ metadata }) => metadata.name).join(', ');
  return `Multi-Attach error for volume "${volume}" ${reasonOf(who, far)}`;
}

function reasonOf(near: string, far: number): string {
  if (near !== '' && far > 0) {
    return `Volume is already used by pod(s) ${near} and ${far} pod(s) in different namespaces`;
  }
  if (near !== '') return `Volume is already used by pod(s) ${near}`;
  if (far > 0) return `Volume is already used by ${far} pod(s) in different namespaces`;
  return "Volume is already exclusively attached to one node and can't be attached to another";
}

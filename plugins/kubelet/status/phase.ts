import type { ContainerStatus, PodSpec } from '../pod.ts';
import { isSidecar } from '../plan/restart-policy.ts';

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** A pod's phase from its containers' statuses; statuses are in the order of the spec. */
export function podPhase(
  spec: PodSpec,
  initStatuses: readonly ContainerStatus[],
  statuses: readonly ContainerStatus[],
): PodPhase {
  const policy = spec.restartPolicy ?? 'Always';
  const began = statuses.some(hasBegun);
  const init = initProgress(spec, initStatuses);
  if (init === 'failed' && policy === 'Never') return 'Failed';
  if (init !== 'done' && !began) return 'Pending';
  let waiting = 0;
  let running = 0;
  let stopped = 0;
  let failed = 0;
  for (const { state, lastState } of statuses) {
    const terminated = state?.terminated ?? (state?.running === undefined ? lastState?.terminated : undefined);
    if (state?.running !== undefined) running++;
    else if (terminated === undefined) waiting++;
    else {
      stopped++;
      if (terminated.exitCode !== 0) failed++;
    }
  }
  if (waiting > 0) return 'Pending';
  if (running > 0) return 'Running';
  if (stopped === 0) return 'Pending';
  if (policy === 'Always') return 'Running';
  if (failed === 0) return 'Succeeded';
  return policy === 'Never' ? 'Failed' : 'Running';
}

function initProgress(spec: PodSpec, statuses: readonly ContainerStatus[]): 'done' | 'pending' | 'failed' {
  let pending = false;
  for (const [index, container] of (spec.initContainers ?? []).entries()) {
    const status = statuses[index];
    if (isSidecar(container)) {
      if (status?.started !== true) pending = true;
      continue;
    }
    const ended = status?.state?.terminated ?? status?.lastState?.terminated;
    if (status?.state?.running === undefined && ended !== undefined && ended.exitCode !== 0) return 'failed';
    if (status?.state?.terminated === undefined) pending = true;
  }
  return pending ? 'pending' : 'done';
}

const hasBegun = ({ state, lastState }: ContainerStatus): boolean =>
  state?.running !== undefined || state?.terminated !== undefined || lastState?.terminated !== undefined;

import { isPodReady } from '../../kinds/core/v1/is-pod-ready.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { CPU_INITIALIZATION_MS, INITIAL_READINESS_MS } from './limits.ts';
import type { PodSample, PodSamples } from './read-metrics.ts';

/** Pods by what their metrics say of the load. */
export interface PodGroups {
  /** Whose metrics count. */
  readonly readyCount: number;
  /** They do not take their share yet. */
  readonly unready: readonly string[];
  /** They run, and nothing is known of them. */
  readonly missing: readonly string[];
  /** They go, or have failed. */
  readonly ignored: readonly string[];
}

/** By phase, metrics, and of the processor also by readiness: what a pod uses while it starts says little. */
export function groupPods(pods: readonly Pod[], samples: PodSamples, isCpu: boolean, nowMs: number): PodGroups {
  const groups = Map.groupBy(pods, pod => groupOf(pod, samples.get(pod.metadata.name), isCpu, nowMs));
  const names = (group: Group): readonly string[] => (groups.get(group) ?? []).map(({ metadata }) => metadata.name);
  return {
    readyCount: names('ready').length,
    unready: names('unready'),
    missing: names('missing'),
    ignored: names('ignored'),
  };
}

type Group = 'ready' | 'unready' | 'missing' | 'ignored';

function groupOf({ metadata, status }: Pod, sample: PodSample | undefined, isCpu: boolean, nowMs: number): Group {
  if (metadata.deletionTimestamp !== undefined || status.phase === 'Failed') return 'ignored';
  if (status.phase === 'Pending') return 'unready';
  if (sample === undefined) return 'missing';
  return isCpu && isStarting(status, sample, nowMs) ? 'unready' : 'ready';
}

function isStarting(
  { conditions = [], startTime }: Pod['status'],
  { atMs, windowMs }: PodSample,
  nowMs: number,
): boolean {
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready === undefined || startTime === undefined) return true;
  const [started, turned] = [Date.parse(startTime), Date.parse(ready.lastTransitionTime ?? '')];
  const isUnready = ready.status === 'False';
  return started + CPU_INITIALIZATION_MS > nowMs
    ? isUnready || atMs < turned + windowMs
    : isUnready && started + INITIAL_READINESS_MS > turned;
}

export const readyPods = (pods: readonly Pod[]): number =>
  pods.filter(pod => pod.status.phase === 'Running' && isPodReady(pod)).length;

import { formatGoDuration, goDurationMs } from '../../../src/base/go-duration.ts';

/** How long pods of a priority, and of higher ones below the next period's, have for their end. */
export interface ShutdownPeriod {
  readonly priority: number;
  readonly shutdownGracePeriodSeconds: number;
}

/** As of the kubelet's configuration. */
export interface ShutdownSettings {
  readonly shutdownGracePeriod: string;
  readonly shutdownGracePeriodCriticalPods: string;
  readonly shutdownGracePeriodByPodPriority: readonly ShutdownPeriod[];
}

const SYSTEM_CRITICAL = 2_000_000_000;

/** Lowest priority first; none where nodes go down without waiting. Throws, in the kubelet's words, for what makes no sense. */
export function readShutdownPeriods(settings: ShutdownSettings): readonly ShutdownPeriod[] {
  const { shutdownGracePeriod, shutdownGracePeriodCriticalPods, shutdownGracePeriodByPodPriority: given } = settings;
  const [allMs, criticalMs] = [shutdownGracePeriod, shutdownGracePeriodCriticalPods].map(text => {
    const ms = goDurationMs(text);
    if (ms === undefined) throw new Error(`invalid period ${JSON.stringify(text)}`);
    return ms;
  });
  if (allMs === undefined || criticalMs === undefined) return [];
  const wrong = problem(allMs, criticalMs, given.length > 0);
  if (wrong !== undefined) throw new Error(`invalid configuration: ${wrong}`);
  if (given.length > 0) return given.toSorted((a, b) => a.priority - b.priority);
  if (allMs === 0) return [];
  return [
    { priority: 0, shutdownGracePeriodSeconds: Math.trunc((allMs - criticalMs) / 1000) },
    { priority: SYSTEM_CRITICAL, shutdownGracePeriodSeconds: Math.trunc(criticalMs / 1000) },
  ];
}

function problem(allMs: number, criticalMs: number, isByPriority: boolean): string | undefined {
  const shown = (ms: number): string => `{${formatGoDuration(ms * 1e6)}}`;
  if (criticalMs > allMs) {
    return `shutdownGracePeriodCriticalPods ${shown(criticalMs)} must be <= shutdownGracePeriod ${shown(allMs)}`;
  }
  for (const [name, ms] of [
    ['shutdownGracePeriod', allMs],
    ['shutdownGracePeriodCriticalPods', criticalMs],
  ] as const) {
    if (ms < 0 || (ms > 0 && ms < 1000)) return `${name} ${shown(ms)} must be either zero or otherwise >= 1 sec`;
  }
  if (isByPriority && allMs > 0) {
    return 'Cannot specify both shutdownGracePeriodByPodPriority and shutdownGracePeriod at the same time';
  }
  return undefined;
}

/** All of it, one period after the other. */
export const wholePeriodMs = (periods: readonly ShutdownPeriod[]): number =>
  periods.reduce((sum, { shutdownGracePeriodSeconds: seconds }) => sum + seconds * 1000, 0);

/** Pods by the period that is theirs; those below all periods have the first. Periods of nobody are left out. */
export function groupByPeriod<T>(
  periods: readonly ShutdownPeriod[],
  pods: readonly T[],
  priorityOf: (pod: T) => number,
): readonly { readonly periodMs: number; readonly pods: readonly T[] }[] {
  const groups = periods.map(({ priority, shutdownGracePeriodSeconds: seconds }) => ({
    priority,
    periodMs: seconds * 1000,
    pods: new Array<T>(),
  }));
  for (const pod of pods) {
    const own = groups.findLast(({ priority }) => priority <= priorityOf(pod)) ?? groups[0];
    own?.pods.push(pod);
  }
  return groups.filter(group => group.pods.length > 0);
}

import type { PodGroups } from './group-pods.ts';
import { MetricError } from './metric-error.ts';
import type { PodSamples } from './read-metrics.ts';

/** How far from its target a metric may be, in each direction, before anything changes. */
export interface Tolerances {
  readonly down: number;
  readonly up: number;
}
export const isWithin = ({ down, up }: Tolerances, ratio: number): boolean => 1 - down <= ratio && ratio <= 1 + up;

/** What the pods use, all together. */
export interface UsageOf<U> {
  /** Of what is used to what is aimed at, with what is told of it. */
  (values: ReadonlyMap<string, number>): U & { readonly ratio: number };
}

export interface UsageQuestion<U> {
  readonly currentReplicas: number;
  readonly tolerances: Tolerances;
  readonly groups: PodGroups;
  readonly samples: PodSamples;
  readonly usageOf: UsageOf<U>;
  /** What a pod of which nothing is known is taken to use where there is less to do. */
  missingAs(this: void, pod: string): number;
}

/**
 * How many replicas would bring what each pod uses to its target. Pods of which nothing is known, and those that start,
 * are taken to speak against any change. Throws `MetricError`.
 */
export function replicasForUsage<U>(question: UsageQuestion<U>): { readonly replicas: number; readonly usage: U } {
  const { currentReplicas, tolerances, groups, samples, usageOf, missingAs } = question;
  const left = new Set([...groups.ignored, ...groups.unready]);
  const values = new Map([...samples].filter(([pod]) => !left.has(pod)).map(([pod, { value }]) => [pod, value]));
  if (values.size === 0) {
    throw new MetricError('did not receive metrics for targeted pods (pods might be unready)');
  }
  const usage = usageOf(values);
  const { ratio } = usage;
  const growsWithUnready = groups.unready.length > 0 && ratio > 1;
  const current = { replicas: currentReplicas, usage };
  if (!growsWithUnready && groups.missing.length === 0) {
    return isWithin(tolerances, ratio) ? current : { replicas: Math.ceil(ratio * groups.readyCount), usage };
  }
  if (ratio < 1) for (const pod of groups.missing) values.set(pod, missingAs(pod));
  if (ratio > 1) for (const pod of groups.missing) values.set(pod, 0);
  if (growsWithUnready) for (const pod of groups.unready) values.set(pod, 0);
  const { ratio: cautious } = usageOf(values);
  const turns = (ratio < 1 && cautious > 1) || (ratio > 1 && cautious < 1);
  if (isWithin(tolerances, cautious) || turns) return current;
  const replicas = Math.ceil(cautious * values.size);
  const isBackwards = (cautious < 1 && replicas > currentReplicas) || (cautious > 1 && replicas < currentReplicas);
  return isBackwards ? current : { replicas, usage };
}

/** In percent of what the pods asked for. Throws `MetricError`. */
export const utilization =
  (
    requests: ReadonlyMap<string, number>,
    targetPercent: number,
  ): UsageOf<{ readonly percent: number; readonly raw: number }> =>
  values => {
    const known = [...values].filter(([pod]) => requests.has(pod));
    const used = known.reduce((sum, [, value]) => sum + value, 0);
    const requested = known.reduce((sum, [pod]) => sum + (requests.get(pod) ?? 0), 0);
    if (requested === 0) throw new MetricError('no metrics returned matched known pods');
    const percent = Math.trunc((used * 100) / requested);
    return { ratio: percent / targetPercent, percent, raw: Math.trunc(used / known.length) };
  };

/** As an amount for each pod. */
export const plainUsage =
  (target: number): UsageOf<{ readonly raw: number }> =>
  values => {
    const raw = Math.trunc([...values.values()].reduce((sum, value) => sum + value, 0) / values.size);
    return { ratio: raw / target, raw };
  };

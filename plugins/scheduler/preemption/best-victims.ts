import type { Pod } from '../../kinds/core/v1/pod.ts';
import { priorityOf, startedMs } from '../pod-importance.ts';
import type { Victims } from './select-victims.ts';

/**
 * Whose loss is the least: that breaks the fewest budgets, then whose most important victim is the least so, whose
 * victims together are, who are the fewest, and the most important of whom have run the shortest.
 */
export function bestVictims(candidates: readonly Victims[], nowMs: number): Victims | undefined {
  let best = candidates.map(victims => ({ victims, costs: costsOf(victims, nowMs) }));
  for (let cost = 0; cost < COSTS && best.length > 1; cost++) {
    const least = best.reduce((low, { costs }) => Math.min(low, costs[cost] ?? 0), Infinity);
    best = best.filter(({ costs }) => costs[cost] === least);
  }
  return best[0]?.victims;
}

const COSTS = 5;
/** Added to each priority, so that of two sets of unimportant pods the smaller one counts less. */
const ABOVE_ALL = 2 ** 31;

function costsOf({ pods, violations }: Victims, nowMs: number): readonly number[] {
  const highest = Math.max(...pods.map(priorityOf));
  const sum = pods.reduce((total, pod) => total + priorityOf(pod) + ABOVE_ALL, 0);
  const earliestMs = Math.min(...pods.filter(pod => priorityOf(pod) === highest).map(startedAt(nowMs)));
  return [violations, highest, sum, pods.length, -earliestMs];
}

const startedAt =
  (nowMs: number) =>
  (pod: Pod): number =>
    startedMs(pod, nowMs);

import { priorityOf, startOf } from '../pod-importance.ts';
import type { Victims } from './select-victims.ts';

/**
 * Whose loss is the least: that breaks the fewest budgets, then whose most important victim is the least so, whose
 * victims together are, who are the fewest, and the most important of whom have run the shortest.
 */
export function bestVictims(candidates: readonly Victims[]): Victims | undefined {
  let best = candidates;
  for (const cost of COSTS) {
    if (best.length < 2) break;
    const costs = best.map(cost);
    const least = costs.reduce((low, each) => (each < low ? each : low));
    best = best.filter((_, index) => costs[index] === least);
  }
  const latest = best.map(earliestOf).reduce((late, each) => (each > late ? each : late), '');
  return best.find(victims => earliestOf(victims) === latest);
}

const highestOf = ({ pods }: Victims): number => pods.reduce((high, pod) => Math.max(high, priorityOf(pod)), -Infinity);

const COSTS: readonly ((victims: Victims) => number)[] = [
  ({ violations }) => violations,
  highestOf,
  ({ pods }) => pods.reduce((total, pod) => total + priorityOf(pod) + ABOVE_ALL, 0),
  ({ pods }) => pods.length,
];

/** Added to each priority, so that of two sets of unimportant pods the smaller one counts less. */
const ABOVE_ALL = 2 ** 31;

/** Of the most important ones. */
function earliestOf(victims: Victims): string {
  const highest = highestOf(victims);
  const starts = victims.pods.filter(pod => priorityOf(pod) === highest).map(startOf);
  return starts.reduce((early, each) => (each < early ? each : early));
}

import type { Pod } from '../kinds/core/v1/pod.ts';

export const priorityOf = ({ spec }: Pod): number => spec.priority ?? 0;

/**
 * When it began to run, to be compared as text: the API keeps times to the second and in UTC. Later than any time
 * where it has not begun yet.
 */
export const startOf = ({ status }: Pod): string => status.startTime ?? NOT_YET;
const NOT_YET = '~';

/** Sorts the more important first: by priority, then those that have run longer. */
export function byImportance(a: Pod, b: Pod): number {
  const difference = priorityOf(b) - priorityOf(a);
  if (difference !== 0) return difference;
  const [first, second] = [startOf(a), startOf(b)];
  return first === second ? 0 : first < second ? -1 : 1;
}

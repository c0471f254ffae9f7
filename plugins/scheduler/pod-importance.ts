import { timeMs } from '../../src/base/timestamp.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';

export const priorityOf = ({ spec }: Pod): number => spec.priority ?? 0;

/** When it began to run; `nowMs` where it has not yet. */
export const startedMs = ({ status }: Pod, nowMs: number): number => timeMs(status.startTime) ?? nowMs;

/** Sorts the more important first: by priority, then those that have run longer. */
export const byImportance =
  (nowMs: number) =>
  (a: Pod, b: Pod): number =>
    priorityOf(b) - priorityOf(a) || startedMs(a, nowMs) - startedMs(b, nowMs);

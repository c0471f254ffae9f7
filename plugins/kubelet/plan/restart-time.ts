import { BACK_OFF_INITIAL_MS, BACK_OFF_MAX_MS } from '../limits.ts';
import type { ContainerRecord } from './container-record.ts';

/** A container that ran longer than this starts again at once. */
const RESET_AFTER_MS = 2 * BACK_OFF_MAX_MS;

export interface RestartTime {
  readonly notBeforeMs: number;
  /** The wait in force now; 0 when none is. */
  readonly delayMs: number;
  /** The wait that the next attempt hands to its successor. */
  readonly nextDelayMs: number;
}

/** When the successor of an exited attempt may start. Derived from the record, so it survives this process. */
export function restartTime(record: ContainerRecord): RestartTime {
  const { exit, startedAtMs, backOffMs } = record;
  if (exit === null) return { notBeforeMs: 0, delayMs: 0, nextDelayMs: BACK_OFF_INITIAL_MS };
  const delayMs = exit.finishedAtMs - startedAtMs > RESET_AFTER_MS ? 0 : backOffMs;
  return { notBeforeMs: exit.finishedAtMs + delayMs, delayMs, nextDelayMs: nextDelay(delayMs) };
}

export const nextDelay = (delayMs: number): number =>
  delayMs === 0 ? BACK_OFF_INITIAL_MS : Math.min(delayMs * 2, BACK_OFF_MAX_MS);

import type { Probe } from '../pod.ts';

export type ProbeKind = 'liveness' | 'readiness' | 'startup';
export type ProbeOutcome = 'success' | 'failure';

export interface ProbeTally {
  /** The judgement in force; `undefined` before there is one. */
  readonly verdict: ProbeOutcome | undefined;
  readonly last: ProbeOutcome | undefined;
  /** How often `last` came in a row. */
  readonly run: number;
}

export const NO_TALLY: ProbeTally = { verdict: undefined, last: undefined, run: 0 };

/** Counts one more outcome: the verdict changes once its threshold of equal outcomes in a row is met. */
export function countOutcome(
  tally: ProbeTally,
  outcome: ProbeOutcome,
  { successThreshold, failureThreshold }: Pick<Probe, 'successThreshold' | 'failureThreshold'>,
): ProbeTally {
  const run = tally.last === outcome ? tally.run + 1 : 1;
  const threshold = outcome === 'success' ? successThreshold : failureThreshold;
  return { verdict: run >= threshold ? outcome : tally.verdict, last: outcome, run };
}

import type { Misfit } from './contract.ts';

/** Why no node fits a pod. */
export interface Diagnosis {
  readonly nodes: number;
  /** One for each node that was looked at, by node. */
  readonly misfits: ReadonlyMap<string, Misfit>;
  /** Why the others were not looked at. */
  readonly elsewhere?: Misfit;
  /** Why it fits nowhere, before any node was looked at. */
  readonly rejection?: string;
}

export const reasonsOf = (misfit: Misfit): readonly string[] =>
  typeof misfit === 'string' ? [misfit] : misfit.reasons;

export const isFinal = (misfit: Misfit): boolean => typeof misfit !== 'string' && misfit.isFinal === true;

/** Worded as kube-scheduler's FitError, `after` being what was tried since. */
export function fitErrorMessage(diagnosis: Diagnosis, after = ''): string {
  if (diagnosis.nodes === 0) return 'no nodes available to schedule pods';
  const reasons = diagnosis.rejection ?? histogram(diagnosis);
  const sentence = reasons === '' ? '' : ` ${reasons}.`;
  return `0/${diagnosis.nodes} nodes are available:${sentence}${after === '' ? '' : ` ${after}`}`;
}

function histogram({ nodes, misfits, elsewhere }: Diagnosis): string {
  const counts = new Map<string, number>();
  const count = (misfit: Misfit, times: number): void => {
    for (const reason of reasonsOf(misfit)) counts.set(reason, (counts.get(reason) ?? 0) + times);
  };
  for (const misfit of misfits.values()) count(misfit, 1);
  if (elsewhere !== undefined && misfits.size < nodes) count(elsewhere, nodes - misfits.size);
  return [...counts]
    .map(([reason, times]) => `${times} ${reason}`)
    .toSorted()
    .join(', ');
}

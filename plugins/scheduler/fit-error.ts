import type { Misfit } from './contract.ts';

/** Why no node fits a pod. */
export interface Diagnosis {
  readonly nodes: number;
  /** One for each node that does not fit, by node. */
  readonly misfits: ReadonlyMap<string, Misfit>;
  /** Why it fits nowhere, before any node was looked at. */
  readonly rejection?: string;
}

export const reasonsOf = (misfit: Misfit): readonly string[] =>
  typeof misfit === 'string' ? [misfit] : misfit.reasons;

export const isFinal = (misfit: Misfit): boolean => typeof misfit !== 'string' && misfit.isFinal === true;

/** Worded as kube-scheduler's FitError, preemption's own words last. */
export function fitErrorMessage({ nodes, misfits, rejection }: Diagnosis, preemption: string): string {
  if (nodes === 0) return 'no nodes available to schedule pods';
  const reasons = rejection ?? histogram([...misfits.values()].flatMap(reasonsOf));
  const after = preemption === '' ? '' : ` no new claims to deallocate, preemption: ${preemption}`;
  return `0/${nodes} nodes are available: ${reasons}.${after}`;
}

/** What preemption found: where it would not help, and where there was nobody to preempt. */
export function preemptionMessage({ nodes, misfits, rejection }: Diagnosis, policy: string | undefined): string {
  if (policy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  if (rejection !== undefined)
    return `0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`;
  const words = [...misfits.values()].map(misfit =>
    isFinal(misfit) ? 'Preemption is not helpful for scheduling' : 'No preemption victims found for incoming pod',
  );
  return `0/${nodes} nodes are available: ${histogram(words)}.`;
}

function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .toSorted()
    .join(', ');
}

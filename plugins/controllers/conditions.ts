import { timeOf } from '../../src/base/timestamp.ts';

/** What conditions of all kinds share. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly lastTransitionTime?: string | null;
  readonly reason?: string;
  readonly message?: string;
}

export const conditionOf = <C extends Condition>(conditions: readonly C[] | undefined, type: string): C | undefined =>
  conditions?.find(condition => condition.type === type);

export const withoutCondition = <C extends Condition>(conditions: readonly C[], type: string): readonly C[] =>
  conditions.filter(condition => condition.type !== type);

/**
 * `conditions` with `next` in place of the one of its type. Unchanged when status and reason are the same;
 * the time of transition moves only with the status.
 */
export function withCondition<C extends Condition>(
  conditions: readonly C[] | undefined,
  next: C,
  nowMs: number,
): readonly C[] {
  const current = conditionOf(conditions, next.type);
  if (current?.status === next.status && current.reason === next.reason) return conditions ?? [];
  const lastTransitionTime =
    current?.status === next.status && (current.lastTransitionTime ?? null) !== null
      ? current.lastTransitionTime
      : timeOf(nowMs);
  return [...withoutCondition(conditions ?? [], next.type), { ...next, lastTransitionTime }];
}

import { timeMs, timeOf } from '../../../src/base/timestamp.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodDisruptionBudget } from '../../kinds/policy/v1/pod-disruption-budget.ts';
import type { PodDisruptionBudgetStatus } from '../../kinds/policy/v1/pod-disruption-budget-spec.ts';
import { isReady, isTerminating } from '../pod-facts.ts';
import { scaledCount } from '../scaled-count.ts';
import type { ExpectedPods } from './expected-pods.ts';

/** An eviction that was granted and did not happen within this time counts no longer, milliseconds. */
export const DELETION_TIMEOUT_MS = 2 * 60_000;

export interface DisruptionPlan {
  readonly status: PodDisruptionBudgetStatus;
  /** Pods whose eviction was granted and which are still there. */
  readonly notDeleted: readonly Pod[];
  /** Why the status cannot be told. */
  readonly problem?: string;
  readonly recheckInMs?: number;
}

/** How many of `pods`, all that the budget selects, may be evicted now. */
export function planDisruption(
  budget: PodDisruptionBudget,
  pods: readonly Pod[],
  expected: ExpectedPods,
  nowMs: number,
): DisruptionPlan {
  const { disruptedPods, notDeleted, recheckInMs } = grantsUnderWay(budget, pods, nowMs);
  const timing = recheckInMs === undefined ? {} : { recheckInMs };
  if (expected.type === 'unknown') {
    const verdict = { status: 'False', reason: 'SyncFailed', message: expected.message } as const;
    const status = { ...budget.status, disruptionsAllowed: 0, conditions: conditionsOf(budget, verdict, nowMs) };
    return { status, notDeleted: [], problem: expected.message, ...timing };
  }
  const { expectedPods, desiredHealthy } = wish(budget, pods.length, expected.count);
  const currentHealthy = pods.filter(
    pod => !isTerminating(pod) && isReady(pod) && !disruptedPods.has(pod.metadata.name),
  ).length;
  const disruptionsAllowed = expectedPods <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  const verdict =
    disruptionsAllowed > 0
      ? ({ status: 'True', reason: 'SufficientPods', message: '' } as const)
      : ({ status: 'False', reason: 'InsufficientPods', message: '' } as const);
  const { generation } = budget.metadata;
  const status: PodDisruptionBudgetStatus = {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(disruptedPods.size === 0 ? {} : { disruptedPods: Object.fromEntries(disruptedPods) }),
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy,
    expectedPods,
    conditions: conditionsOf(budget, verdict, nowMs),
  };
  return { status, notDeleted, ...timing };
}

/** Percentages, and what may be unavailable, are of the pods that their owners want; a plain number is of those there. */
function wish({ spec }: PodDisruptionBudget, present: number, wanted: number) {
  const { minAvailable, maxUnavailable } = spec;
  if (maxUnavailable !== undefined) {
    return { expectedPods: wanted, desiredHealthy: Math.max(0, wanted - scaledCount(maxUnavailable, wanted, 'up')) };
  }
  if (typeof minAvailable === 'number') return { expectedPods: present, desiredHealthy: minAvailable };
  return {
    expectedPods: minAvailable === undefined ? 0 : wanted,
    desiredHealthy: scaledCount(minAvailable, wanted, 'up'),
  };
}

/** Whether the owners of the pods have to be asked. */
export const needsOwners = ({ spec: { minAvailable, maxUnavailable } }: PodDisruptionBudget): boolean =>
  maxUnavailable !== undefined || typeof minAvailable === 'string';

function grantsUnderWay({ status }: PodDisruptionBudget, pods: readonly Pod[], nowMs: number) {
  const disruptedPods = new Map<string, string>();
  const grants = new Map(Object.entries(status.disruptedPods ?? {}));
  const notDeleted: Pod[] = [];
  let recheckInMs: number | undefined;
  for (const pod of pods) {
    const { name } = pod.metadata;
    const granted = grants.get(name);
    if (granted === undefined || isTerminating(pod)) continue;
    const leftMs = (timeMs(granted) ?? 0) + DELETION_TIMEOUT_MS - nowMs;
    if (leftMs <= 0) {
      notDeleted.push(pod);
      continue;
    }
    disruptedPods.set(name, granted);
    recheckInMs = Math.min(recheckInMs ?? leftMs, leftMs);
  }
  return { disruptedPods, notDeleted, recheckInMs };
}

type Conditions = NonNullable<PodDisruptionBudgetStatus['conditions']>;
type Verdict = Pick<Conditions[number], 'status' | 'reason' | 'message'>;

/** With `DisruptionAllowed` as the verdict has it; its time of transition moves with its status only. */
export function conditionsOf({ metadata, status }: PodDisruptionBudget, verdict: Verdict, nowMs: number): Conditions {
  const type = 'DisruptionAllowed';
  const before = status.conditions?.find(condition => condition.type === type);
  const isSame = before?.status === verdict.status;
  const { generation } = metadata;
  const next = {
    type,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...verdict,
    lastTransitionTime: (isSame ? before.lastTransitionTime : undefined) ?? timeOf(nowMs),
  };
  return [...(status.conditions ?? []).filter(condition => condition.type !== type), next];
}

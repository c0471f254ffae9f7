import type { Client } from '../../src/api/client.ts';
import { labelMatcher } from '../../src/api/label-selector.ts';
import { forbiddenError, isStatusError, StatusError } from '../../src/api/status-error.ts';
import { timeOf } from '../../src/base/timestamp.ts';
import type { Clock } from '../../src/base/world.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { PodDisruptionBudget } from '../kinds/policy/v1/pod-disruption-budget.ts';
import { ATTEMPTS, MAX_DISRUPTED_PODS } from './limits.ts';

/** The one budget that covers the pod. Throws `InternalError` for several: upstream does not know which to ask either. */
export async function budgetOf(client: Client, { metadata }: Pod): Promise<PodDisruptionBudget | undefined> {
  const { namespace = '', labels } = metadata;
  const { items } = await client.list(PodDisruptionBudget, { namespace });
  const [budget, ...others] = items.filter(({ spec }) => labelMatcher(spec.selector).matches(labels));
  if (others.length === 0) return budget;
  throw new StatusError(
    'InternalError',
    'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
  );
}

/** Whether a pod that is not ready may go without taking a disruption (KEP-3017). */
export function permitsUnready({ spec, status }: PodDisruptionBudget): boolean {
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  return status.desiredHealthy > 0 && status.currentHealthy >= status.desiredHealthy;
}

/** Takes one disruption for `pod` from the budget, as registry's checkAndDecrement does. Throws why there is none. */
export async function grantEviction(
  client: Client,
  clock: Clock,
  budget: PodDisruptionBudget,
  pod: Pod,
  isDryRun: boolean,
): Promise<void> {
  const { name, namespace = '' } = budget.metadata;
  let current = budget;
  for (let attempt = 1; ; attempt++) {
    const status = taken(current, pod.metadata.name, clock.now());
    if (isDryRun) return;
    try {
      await client.updateStatus(PodDisruptionBudget, { ...current, status });
      return;
    } catch (error) {
      if (!isStatusError(error, 'Conflict') || attempt === ATTEMPTS) throw error;
      current = await client.get(PodDisruptionBudget, { name, namespace });
    }
  }
}

/** The status after one more disruption. */
function taken(budget: PodDisruptionBudget, pod: string, nowMs: number): PodDisruptionBudget['status'] {
  const { metadata, status } = budget;
  const { disruptionsAllowed, disruptedPods = {}, conditions = [] } = status;
  const { name } = metadata;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    throw tooMany(`The disruption budget ${name} is still being processed by the server.`, RETRY_SECONDS);
  }
  if (disruptionsAllowed < 0) {
    throw forbiddenError(BUDGET, name, 'pdb disruptions allowed is negative');
  }
  if (Object.keys(disruptedPods).length > MAX_DISRUPTED_PODS) {
    const detail = 'DisruptedPods map too big - too many evictions not confirmed by PDB controller';
    throw forbiddenError(BUDGET, name, detail);
  }
  if (disruptionsAllowed === 0) throw tooMany(whyNone(budget), 0);
  const left = disruptionsAllowed - 1;
  return {
    ...status,
    disruptionsAllowed: left,
    disruptedPods: { ...disruptedPods, [pod]: timeOf(nowMs) },
    conditions: left > 0 ? conditions : usedUp(conditions, metadata.generation ?? 0, nowMs),
  };
}

type Conditions = NonNullable<PodDisruptionBudget['status']['conditions']>;

/** Says that nothing is left, where a controller has not said so yet. */
function usedUp(conditions: Conditions, observedGeneration: number, nowMs: number): Conditions {
  const [type, status] = ['DisruptionAllowed', 'False'] as const;
  if (conditions.some(condition => condition.type === type && condition.status === status)) return conditions;
  const reason = 'InsufficientPods';
  const next = { type, status, reason, message: '', observedGeneration, lastTransitionTime: timeOf(nowMs) };
  return [...conditions.filter(condition => condition.type !== type), next];
}

function whyNone({ metadata: { name }, status }: PodDisruptionBudget): string {
  const { desiredHealthy, currentHealthy, conditions = [] } = status;
  const failed = conditions.find(({ type, reason }) => type === 'DisruptionAllowed' && reason === 'SyncFailed');
  return failed === undefined
    ? `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`
    : `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${failed.message}`;
}

const BUDGET = { group: 'policy', plural: 'poddisruptionbudget' };
const RETRY_SECONDS = 10;

const tooMany = (message: string, retryAfterSeconds: number): StatusError =>
  new StatusError('TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    details: {
      causes: [{ reason: 'DisruptionBudget', message }],
      ...(retryAfterSeconds === 0 ? {} : { retryAfterSeconds }),
    },
  });

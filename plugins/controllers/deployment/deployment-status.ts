import { timeMs, timeOf } from '../../../src/base/timestamp.ts';
import type { Deployment } from '../../kinds/apps/v1/deployment.ts';
import type { DeploymentCondition, DeploymentStatus } from '../../kinds/apps/v1/deployment-status.ts';
import type { ReplicaSet } from '../../kinds/apps/v1/replica-set.ts';
import { conditionOf, withCondition, withoutCondition } from '../conditions.ts';
import { actualPods, availablePods, desiredPods, maxUnavailable, sumOf } from './rollout-size.ts';

type Conditions = readonly DeploymentCondition[];

/** "no deadline", as upstream's MaxInt32 means. */
const NO_DEADLINE = 2 ** 31 - 1;

export const hasProgressDeadline = ({ spec }: Deployment): boolean => spec.progressDeadlineSeconds !== NO_DEADLINE;

/** `conditions` as the pass has left them so far. */
export function deploymentStatus(
  deployment: Deployment,
  newSet: ReplicaSet | undefined,
  oldSets: readonly ReplicaSet[],
  conditions: Conditions,
  nowMs: number,
): DeploymentStatus {
  const sets = newSet === undefined ? oldSets : [...oldSets, newSet];
  const available = availablePods(sets);
  const counts = {
    replicas: actualPods(sets),
    updatedReplicas: newSet === undefined ? 0 : actualPods([newSet]),
    readyReplicas: sumOf(sets, set => set.status.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, desiredPods(sets) - available),
  };
  const withAvailable = withCondition(conditions, availability(deployment, available, nowMs), nowMs);
  const { collisionCount } = deployment.status;
  return {
    ...(deployment.metadata.generation === undefined ? {} : { observedGeneration: deployment.metadata.generation }),
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
    terminatingReplicas: sumOf(sets, set => set.status.terminatingReplicas),
    conditions: withAvailable,
    ...(collisionCount === undefined ? {} : { collisionCount }),
  };
}

function availability(deployment: Deployment, available: number, nowMs: number): DeploymentCondition {
  const enough = available >= deployment.spec.replicas - maxUnavailable(deployment);
  return {
    type: 'Available',
    status: enough ? 'True' : 'False',
    reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: enough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
    lastUpdateTime: timeOf(nowMs),
  };
}

export const progressing = (
  status: DeploymentCondition['status'],
  reason: string,
  message: string,
  nowMs: number,
): DeploymentCondition => ({ type: 'Progressing', status, reason, message, lastUpdateTime: timeOf(nowMs) });

/** `status` with the conditions of a rollout: whether it moves, is done or is late, and whether pods fail. */
export function rolloutStatus(
  deployment: Deployment,
  status: DeploymentStatus,
  newSet: ReplicaSet | undefined,
  oldSets: readonly ReplicaSet[],
  nowMs: number,
): DeploymentStatus {
  const conditions = withFailures(
    hasProgressDeadline(deployment)
      ? withProgress(deployment, status, newSet, nowMs)
      : withoutCondition(status.conditions ?? [], 'Progressing'),
    newSet,
    oldSets,
    nowMs,
  );
  return { ...status, conditions };
}

function withProgress(
  deployment: Deployment,
  status: DeploymentStatus,
  newSet: ReplicaSet | undefined,
  nowMs: number,
): Conditions {
  const conditions = status.conditions ?? [];
  const current = conditionOf(conditions, 'Progressing');
  const isSettled =
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === 'NewReplicaSetAvailable';
  if (isSettled) return conditions;
  const subject =
    newSet === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${newSet.metadata.name}"`;
  const say = (value: 'True' | 'False', reason: string, words: string): DeploymentCondition =>
    progressing(value, reason, `${subject} ${words}`, nowMs);
  if (isComplete(deployment, status)) {
    return withCondition(conditions, say('True', 'NewReplicaSetAvailable', 'has successfully progressed.'), nowMs);
  }
  if (hasProgressed(deployment, status)) {
    const next = say('True', 'ReplicaSetUpdated', 'is progressing.');
    const since = current?.status === 'True' ? current.lastTransitionTime : undefined;
    // Renewed even with the same reason: its lastUpdateTime is what the deadline is counted from.
    return [...withoutCondition(conditions, 'Progressing'), { ...next, lastTransitionTime: since ?? timeOf(nowMs) }];
  }
  if (isLate(deployment, current, nowMs)) {
    return withCondition(conditions, say('False', 'ProgressDeadlineExceeded', 'has timed out progressing.'), nowMs);
  }
  return conditions;
}

export function isComplete({ metadata, spec }: Deployment, status: DeploymentStatus): boolean {
  return (
    (status.updatedReplicas ?? 0) === spec.replicas &&
    (status.replicas ?? 0) === spec.replicas &&
    (status.availableReplicas ?? 0) === spec.replicas &&
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  );
}

function hasProgressed({ status: before }: Deployment, now: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus): number => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  const grew = (name: 'updatedReplicas' | 'readyReplicas' | 'availableReplicas'): boolean =>
    (now[name] ?? 0) > (before[name] ?? 0);
  return grew('updatedReplicas') || old(now) < old(before) || grew('readyReplicas') || grew('availableReplicas');
}

function isLate({ spec }: Deployment, current: DeploymentCondition | undefined, nowMs: number): boolean {
  if (current === undefined || current.reason === 'NewReplicaSetAvailable') return false;
  if (current.reason === 'ProgressDeadlineExceeded') return true;
  const since = timeMs(current.lastUpdateTime) ?? nowMs;
  return since + spec.progressDeadlineSeconds * 1000 < nowMs;
}

/** When to look again whether a stuck rollout is late; `undefined` when none is under way. */
export function deadlineInMs(deployment: Deployment, status: DeploymentStatus, nowMs: number): number | undefined {
  const current = conditionOf(status.conditions, 'Progressing');
  if (!hasProgressDeadline(deployment) || current === undefined) return undefined;
  if (isComplete(deployment, status) || current.reason === 'ProgressDeadlineExceeded') return undefined;
  if (deployment.spec.paused === true) return undefined;
  const dueMs = (timeMs(current.lastUpdateTime) ?? nowMs) + deployment.spec.progressDeadlineSeconds * 1000;
  return Math.max(1000, dueMs - nowMs + 1000);
}

/** The sets' own failure to make pods, the new set's before the old ones'. */
function withFailures(
  conditions: Conditions,
  newSet: ReplicaSet | undefined,
  oldSets: readonly ReplicaSet[],
  nowMs: number,
): Conditions {
  const failure = [...(newSet === undefined ? [] : [newSet]), ...oldSets]
    .map(set => conditionOf(set.status.conditions, 'ReplicaFailure'))
    .find(condition => condition !== undefined);
  if (failure === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  return withCondition(conditions, { ...failure, lastUpdateTime: timeOf(nowMs) }, nowMs);
}

/** Says that a deployment was paused or resumed; a deadline that passed is not talked over. */
export function withPauseCondition(deployment: Deployment, nowMs: number): Conditions {
  const conditions = deployment.status.conditions ?? [];
  const current = conditionOf(conditions, 'Progressing');
  if (!hasProgressDeadline(deployment) || current?.reason === 'ProgressDeadlineExceeded') return conditions;
  const wasPaused = current?.reason === 'DeploymentPaused';
  const isPaused = deployment.spec.paused === true;
  if (isPaused === wasPaused) return conditions;
  return withCondition(
    conditions,
    isPaused
      ? progressing('Unknown', 'DeploymentPaused', 'Deployment is paused', nowMs)
      : progressing('Unknown', 'DeploymentResumed', 'Deployment is resumed', nowMs),
    nowMs,
  );
}

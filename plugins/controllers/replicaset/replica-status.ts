import type { LabelMatcher } from '../../../src/api/label-selector.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { conditionOf, withCondition, withoutCondition, type Condition } from '../conditions.ts';
import { isActive, isAvailable, isReady, isTerminating } from '../pod-facts.ts';

/** The status ReplicaSets and ReplicationControllers share; zeros are left out, as Go leaves them out. */
export interface ReplicaStatus {
  readonly replicas: number;
  readonly fullyLabeledReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly terminatingReplicas?: number;
  readonly observedGeneration?: number;
  readonly conditions?: readonly Condition[];
}

export interface ReplicaFacts {
  readonly generation: number | undefined;
  readonly conditions: readonly Condition[] | undefined;
  readonly minReadySeconds: number;
  /** Of the template, for `fullyLabeledReplicas`. */
  readonly template: LabelMatcher;
  /** ReplicationControllers do not have `terminatingReplicas`. */
  readonly countsTerminating: boolean;
  /** What kept the pass from creating or deleting what it wanted. */
  readonly failure: { readonly reason: 'FailedCreate' | 'FailedDelete'; readonly message: string } | undefined;
}

export function replicaStatus(pods: readonly Pod[], facts: ReplicaFacts, nowMs: number): ReplicaStatus {
  const active = pods.filter(isActive);
  const fullyLabeled = active.filter(pod => facts.template.matches(pod.metadata.labels)).length;
  const ready = active.filter(isReady).length;
  const available = active.filter(pod => isAvailable(pod, facts.minReadySeconds, nowMs)).length;
  const conditions = failureConditions(facts, nowMs);
  return {
    replicas: active.length,
    ...(fullyLabeled === 0 ? {} : { fullyLabeledReplicas: fullyLabeled }),
    ...(ready === 0 ? {} : { readyReplicas: ready }),
    ...(available === 0 ? {} : { availableReplicas: available }),
    ...(facts.countsTerminating ? { terminatingReplicas: pods.filter(isTerminating).length } : {}),
    ...(facts.generation === undefined ? {} : { observedGeneration: facts.generation }),
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

function failureConditions({ conditions = [], failure }: ReplicaFacts, nowMs: number): readonly Condition[] {
  if (failure === undefined) return withoutCondition(conditions, 'ReplicaFailure');
  if (conditionOf(conditions, 'ReplicaFailure') !== undefined) return conditions;
  return withCondition(conditions, { type: 'ReplicaFailure', status: 'True', ...failure }, nowMs);
}

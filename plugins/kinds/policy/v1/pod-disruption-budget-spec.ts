import { condition } from '../../../../src/api/condition-schema.ts';
import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import {
  type Stored,
  int32,
  int64,
  intOrString,
  listMap,
  map,
  object,
  oneOf,
  time,
} from '../../../../src/schema/schema.ts';

export const podDisruptionBudgetSpec = object({
  minAvailable: intOrString().optional().doc('How many must stay healthy, as a number or in percent.').at(1),
  maxUnavailable: intOrString().optional().doc('How many may be lacking, as a number or in percent.').at(3),
  selector: labelSelector
    .replaced()
    .optional()
    .doc('Labels of the pods it protects; empty for all of the namespace.')
    .at(2),
  unhealthyPodEvictionPolicy: oneOf('AlwaysAllow', 'IfHealthyBudget')
    .optional()
    .doc('When pods that are not ready may be evicted.')
    .at(4),
})
  .named('io.k8s.api.policy.v1.PodDisruptionBudgetSpec')
  .doc('How far the pods of an application may be disrupted on purpose.');
export type PodDisruptionBudgetSpec = Stored<typeof podDisruptionBudgetSpec>;

export const podDisruptionBudgetStatus = object({
  observedGeneration: int64().omitEmpty().doc('Generation the status speaks of.').at(1),
  disruptedPods: map(time())
    .omitEmpty()
    .doc('Pods whose eviction was granted and has not been seen yet, with the time of the grant.')
    .at(2),
  disruptionsAllowed: int32().default(0).doc('How many evictions would be granted now.').at(3),
  currentHealthy: int32().default(0).doc('How many pods are healthy.').at(4),
  desiredHealthy: int32().default(0).doc('How many must be healthy.').at(5),
  expectedPods: int32().default(0).doc('How many pods the budget counts.').at(6),
  conditions: listMap(condition, 'type').omitEmpty().doc('Aspects of its state.').at(7),
})
  .named('io.k8s.api.policy.v1.PodDisruptionBudgetStatus')
  .doc('How far disruptions are allowed now.');
export type PodDisruptionBudgetStatus = Stored<typeof podDisruptionBudgetStatus>;

import { int32, int64, list, listMap, object, string, time, type Stored } from '../../../../src/schema/schema.ts';
import { crossVersionReference } from './cross-version-reference.ts';
import { metricSpec } from './metric-source.ts';
import { metricStatus } from './metric-status.ts';
import { autoscalerBehavior } from './scaling-rules.ts';

const V2 = 'io.k8s.api.autoscaling.v2';

export const horizontalPodAutoscalerSpec = object({
  scaleTargetRef: crossVersionReference.zero().doc('What is scaled.').at(1),
  minReplicas: int32().optional().doc('The fewest pods.').at(2),
  maxReplicas: int32().zero().doc('The most pods.').at(3),
  metrics: list(metricSpec).omitEmpty().doc('By what it is scaled: the one that asks for most decides.').at(4),
  behavior: autoscalerBehavior.optional().doc('How it is scaled.').at(5),
})
  .named(`${V2}.HorizontalPodAutoscalerSpec`)
  .doc('What is scaled, by what, and within what bounds.');
export type HorizontalPodAutoscalerSpec = Stored<typeof horizontalPodAutoscalerSpec>;

export const autoscalerCondition = object({
  type: string().zero().doc('Name of the aspect.').at(1),
  status: string<'True' | 'False' | 'Unknown'>().zero().doc('Whether it holds: True, False or Unknown.').at(2),
  lastTransitionTime: time().orNullWhenAbsent().doc('When the status changed last.').at(3),
  reason: string().omitEmpty().doc('Why, in one word.').at(4),
  message: string().omitEmpty().doc('Why, for people.').at(5),
})
  .named(`${V2}.HorizontalPodAutoscalerCondition`)
  .doc('One aspect of the state of an autoscaler.');
export type AutoscalerCondition = Stored<typeof autoscalerCondition>;

export const horizontalPodAutoscalerStatus = object({
  observedGeneration: int64().optional().doc('Generation the status speaks of.').at(1),
  lastScaleTime: time().optional().doc('When it scaled last.').at(2),
  currentReplicas: int32().omitEmpty().doc('How many pods there are.').at(3),
  desiredReplicas: int32().zero().doc('How many there shall be.').at(4),
  currentMetrics: list(metricStatus).orNull().doc('What it was scaled by last.').at(5),
  conditions: listMap(autoscalerCondition, 'type').omitEmpty().doc('Aspects of its state.').at(6),
})
  .named(`${V2}.HorizontalPodAutoscalerStatus`)
  .doc('What an autoscaler sees and wants.');
export type HorizontalPodAutoscalerStatus = Stored<typeof horizontalPodAutoscalerStatus>;

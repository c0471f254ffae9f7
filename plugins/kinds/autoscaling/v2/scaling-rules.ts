import { int32, list, object, quantity, string, type Stored } from '../../../../src/schema/schema.ts';

const V2 = 'io.k8s.api.autoscaling.v2';

const scalingPolicy = object({
  type: string().zero().doc('Pods or Percent.').at(1),
  value: int32().zero().doc('How many, or how many in a hundred.').at(2),
  periodSeconds: int32().zero().doc('Within what time.').at(3),
})
  .named(`${V2}.HPAScalingPolicy`)
  .doc('How much may change within a time.');
export type ScalingPolicy = Stored<typeof scalingPolicy>;

export const scalingRules = object({
  stabilizationWindowSeconds: int32().optional().doc('How far back recommendations count.').at(3),
  selectPolicy: string().optional().doc('Max, Min or Disabled.').at(1),
  policies: list(scalingPolicy).optional().doc('What may change.').at(2),
  tolerance: quantity().optional().doc('How far from its target a metric may be before anything changes.').at(4),
})
  .named(`${V2}.HPAScalingRules`)
  .doc('How it is scaled in one direction.');
export type ScalingRules = Stored<typeof scalingRules>;

export const autoscalerBehavior = object({
  scaleUp: scalingRules.optional().doc('How it grows.').at(1),
  scaleDown: scalingRules.optional().doc('How it shrinks.').at(2),
})
  .named(`${V2}.HorizontalPodAutoscalerBehavior`)
  .doc('How it is scaled.');
export type AutoscalerBehavior = Stored<typeof autoscalerBehavior>;

import { int32, int64, object, string, time, type Stored } from '../../../../src/schema/schema.ts';

const V1 = 'io.k8s.api.autoscaling.v1';

const crossVersionReference = object({
  kind: string().zero().doc('Kind of the object.').at(1),
  name: string().zero().doc('Name of the object.').at(2),
  apiVersion: string().omitEmpty().doc('Group and version of the object.').at(3),
})
  .named(`${V1}.CrossVersionObjectReference`)
  .doc('An object of the same namespace, in whatever version.')
  .atomic();

export const horizontalPodAutoscalerSpec = object({
  scaleTargetRef: crossVersionReference.zero().doc('What is scaled.').at(1),
  minReplicas: int32().optional().doc('The fewest pods.').at(2),
  maxReplicas: int32().zero().doc('The most pods.').at(3),
  targetCPUUtilizationPercentage: int32().optional().doc('How much of its request of CPU a pod shall use.').at(4),
})
  .named(`${V1}.HorizontalPodAutoscalerSpec`)
  .doc('What is scaled, by what, and within what bounds.');
export type HorizontalPodAutoscalerSpec = Stored<typeof horizontalPodAutoscalerSpec>;

export const horizontalPodAutoscalerStatus = object({
  observedGeneration: int64().optional().doc('Generation the status speaks of.').at(1),
  lastScaleTime: time().optional().doc('When it scaled last.').at(2),
  currentReplicas: int32().zero().doc('How many pods there are.').at(3),
  desiredReplicas: int32().zero().doc('How many there shall be.').at(4),
  currentCPUUtilizationPercentage: int32().optional().doc('How much of its request of CPU a pod uses.').at(5),
})
  .named(`${V1}.HorizontalPodAutoscalerStatus`)
  .doc('What an autoscaler sees and wants.');
export type HorizontalPodAutoscalerStatus = Stored<typeof horizontalPodAutoscalerStatus>;

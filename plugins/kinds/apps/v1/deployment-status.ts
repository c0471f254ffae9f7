import { type Stored, int32, int64, listMap, object, string, time } from '../../../../src/schema/schema.ts';

export const deploymentCondition = object({
  type: string().zero().at(1),
  status: string<'True' | 'False' | 'Unknown'>().zero().at(2),
  lastUpdateTime: time().omitEmpty().at(6),
  lastTransitionTime: time().omitEmpty().at(7),
  reason: string().omitEmpty().at(4),
  message: string().omitEmpty().at(5),
}).named('io.k8s.api.apps.v1.DeploymentCondition');
export type DeploymentCondition = Stored<typeof deploymentCondition>;

export const deploymentStatus = object({
  observedGeneration: int64().omitEmpty().at(1),
  replicas: int32().omitEmpty().at(2),
  updatedReplicas: int32().omitEmpty().at(3),
  readyReplicas: int32().omitEmpty().at(7),
  availableReplicas: int32().omitEmpty().at(4),
  unavailableReplicas: int32().omitEmpty().at(5),
  terminatingReplicas: int32().optional().at(9),
  conditions: listMap(deploymentCondition, 'type').omitEmpty().at(6),
  collisionCount: int32().optional().at(8),
}).named('io.k8s.api.apps.v1.DeploymentStatus');
export type DeploymentStatus = Stored<typeof deploymentStatus>;

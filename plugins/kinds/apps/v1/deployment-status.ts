import { type Stored, int32, int64, listMap, object, string, time } from '../../../../src/schema/schema.ts';

export const deploymentCondition = object({
  type: string().zero().doc('Name of the aspect.').at(1),
  status: string<'True' | 'False' | 'Unknown'>().zero().doc('Whether it holds: True, False or Unknown.').at(2),
  lastUpdateTime: time().orNullWhenAbsent().doc('When it was written last.').at(6),
  lastTransitionTime: time().orNullWhenAbsent().doc('When the status changed last.').at(7),
  reason: string().omitEmpty().doc('Why, in one word.').at(4),
  message: string().omitEmpty().doc('Why, for people.').at(5),
})
  .named('io.k8s.api.apps.v1.DeploymentCondition')
  .doc('One aspect of the state of a deployment.');
export type DeploymentCondition = Stored<typeof deploymentCondition>;

export const deploymentStatus = object({
  observedGeneration: int64().omitEmpty().doc('Generation the status speaks of.').at(1),
  replicas: int32().omitEmpty().doc('How many pods there are.').at(2),
  updatedReplicas: int32().omitEmpty().doc('How many are of the present template.').at(3),
  readyReplicas: int32().omitEmpty().doc('How many are ready.').at(7),
  availableReplicas: int32().omitEmpty().doc('How many are available.').at(4),
  unavailableReplicas: int32().omitEmpty().doc('How many are lacking.').at(5),
  terminatingReplicas: int32().optional().doc('How many are ending.').at(9),
  conditions: listMap(deploymentCondition, 'type').omitEmpty().doc('Aspects of its state.').at(6),
  collisionCount: int32().optional().doc('Collisions of template hashes.').at(8),
})
  .named('io.k8s.api.apps.v1.DeploymentStatus')
  .doc('How far a deployment is.');
export type DeploymentStatus = Stored<typeof deploymentStatus>;

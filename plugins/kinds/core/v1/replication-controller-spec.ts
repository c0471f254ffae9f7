import { podTemplateSpec } from './pod-template-spec.ts';
import { type Stored, int32, int64, listMap, map, object, string, time } from '../../../../src/schema/schema.ts';

export const replicationControllerCondition = object({
  type: string().zero().doc('Name of the aspect.').at(1),
  status: string<'True' | 'False' | 'Unknown'>().zero().doc('Whether it holds: True, False or Unknown.').at(2),
  lastTransitionTime: time().orNullWhenAbsent().doc('When the status changed last.').at(3),
  reason: string().omitEmpty().doc('Why, in one word.').at(4),
  message: string().omitEmpty().doc('Why, for people.').at(5),
})
  .named('io.k8s.api.core.v1.ReplicationControllerCondition')
  .doc('One aspect of the state of a replication controller.');
export type ReplicationControllerCondition = Stored<typeof replicationControllerCondition>;

export const replicationControllerStatus = object({
  replicas: int32().zero().doc('How many pods there are.').at(1),
  fullyLabeledReplicas: int32().omitEmpty().doc('How many have all labels of the template.').at(2),
  readyReplicas: int32().omitEmpty().doc('How many are ready.').at(4),
  availableReplicas: int32().omitEmpty().doc('How many are available.').at(5),
  observedGeneration: int64().omitEmpty().doc('Generation the status speaks of.').at(3),
  conditions: listMap(replicationControllerCondition, 'type').omitEmpty().doc('Aspects of its state.').at(6),
})
  .named('io.k8s.api.core.v1.ReplicationControllerStatus')
  .doc('What a replication controller keeps.');
export type ReplicationControllerStatus = Stored<typeof replicationControllerStatus>;

export const replicationControllerSpec = object({
  minReadySeconds: int32().min(0).omitEmpty().tells(0).doc('How long a pod must be ready to count as available.').at(4),
  selector: map(string()).atomic().omitEmpty().doc('Labels of the pods it owns.').at(2),
  replicas: int32().min(0).default(1).tells(1).doc('How many pods there shall be.').at(1),
  template: podTemplateSpec.optional().doc('The pods it makes.').at(3),
})
  .named('io.k8s.api.core.v1.ReplicationControllerSpec')
  .doc('What a replication controller shall keep.');
export type ReplicationControllerSpec = Stored<typeof replicationControllerSpec>;

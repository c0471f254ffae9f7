import { podTemplateSpec } from '../../core/v1/pod-template-spec.ts';
import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import { type Stored, int32, int64, listMap, object, string, time } from '../../../../src/schema/schema.ts';

export const replicaSetCondition = object({
  type: string().zero().doc('Name of the aspect.').at(1),
  status: string<'True' | 'False' | 'Unknown'>().zero().doc('Whether it holds: True, False or Unknown.').at(2),
  lastTransitionTime: time().orNullWhenAbsent().doc('When the status changed last.').at(3),
  reason: string().omitEmpty().doc('Why, in one word.').at(4),
  message: string().omitEmpty().doc('Why, for people.').at(5),
})
  .named('io.k8s.api.apps.v1.ReplicaSetCondition')
  .doc('One aspect of the state of a replica set.');
export type ReplicaSetCondition = Stored<typeof replicaSetCondition>;

export const replicaSetStatus = object({
  replicas: int32().zero().doc('How many pods there are.').at(1),
  fullyLabeledReplicas: int32().omitEmpty().doc('How many have all labels of the template.').at(2),
  readyReplicas: int32().omitEmpty().doc('How many are ready.').at(4),
  availableReplicas: int32().omitEmpty().doc('How many are available.').at(5),
  terminatingReplicas: int32().optional().doc('How many are ending.').at(7),
  observedGeneration: int64().omitEmpty().doc('Generation the status speaks of.').at(3),
  conditions: listMap(replicaSetCondition, 'type').omitEmpty().doc('Aspects of its state.').at(6),
})
  .named('io.k8s.api.apps.v1.ReplicaSetStatus')
  .doc('What a replica set keeps.');
export type ReplicaSetStatus = Stored<typeof replicaSetStatus>;

export const replicaSetSpec = object({
  replicas: int32().min(0).default(1).doc('How many pods there shall be.').at(1),
  minReadySeconds: int32().min(0).omitEmpty().doc('How long a pod must be ready to count as available.').at(4),
  selector: labelSelector.byRule().doc('Labels of the pods it owns.').at(2),
  template: podTemplateSpec.present().doc('The pods it makes.').at(3),
})
  .named('io.k8s.api.apps.v1.ReplicaSetSpec')
  .doc('What a replica set shall keep.');
export type ReplicaSetSpec = Stored<typeof replicaSetSpec>;

import { podTemplateSpec } from '../../core/v1/pod-template-spec.ts';
import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import { type Stored, int32, int64, listMap, object, string, time } from '../../../../src/schema/schema.ts';

export const replicaSetCondition = object({
  type: string().zero().at(1),
  status: string<'True' | 'False' | 'Unknown'>().zero().at(2),
  lastTransitionTime: time().omitEmpty().at(3),
  reason: string().omitEmpty().at(4),
  message: string().omitEmpty().at(5),
}).named('io.k8s.api.apps.v1.ReplicaSetCondition');
export type ReplicaSetCondition = Stored<typeof replicaSetCondition>;

export const replicaSetStatus = object({
  replicas: int32().zero().at(1),
  fullyLabeledReplicas: int32().omitEmpty().at(2),
  readyReplicas: int32().omitEmpty().at(4),
  availableReplicas: int32().omitEmpty().at(5),
  terminatingReplicas: int32().optional().at(7),
  observedGeneration: int64().omitEmpty().at(3),
  conditions: listMap(replicaSetCondition, 'type').omitEmpty().at(6),
}).named('io.k8s.api.apps.v1.ReplicaSetStatus');
export type ReplicaSetStatus = Stored<typeof replicaSetStatus>;

export const replicaSetSpec = object({
  replicas: int32().min(0).default(1).at(1),
  minReadySeconds: int32().min(0).omitEmpty().at(4),
  selector: labelSelector.at(2),
  template: podTemplateSpec.present().at(3),
}).named('io.k8s.api.apps.v1.ReplicaSetSpec');
export type ReplicaSetSpec = Stored<typeof replicaSetSpec>;

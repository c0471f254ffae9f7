import { podTemplateSpec } from './pod-template-spec.ts';
import { type Stored, int32, int64, listMap, map, object, string, time } from '../../../../src/schema/schema.ts';

export const replicationControllerCondition = object({
  type: string().zero().at(1),
  status: string<'True' | 'False' | 'Unknown'>().zero().at(2),
  lastTransitionTime: time().omitEmpty().at(3),
  reason: string().omitEmpty().at(4),
  message: string().omitEmpty().at(5),
}).named('io.k8s.api.core.v1.ReplicationControllerCondition');
export type ReplicationControllerCondition = Stored<typeof replicationControllerCondition>;

export const replicationControllerStatus = object({
  replicas: int32().zero().at(1),
  fullyLabeledReplicas: int32().omitEmpty().at(2),
  readyReplicas: int32().omitEmpty().at(4),
  availableReplicas: int32().omitEmpty().at(5),
  observedGeneration: int64().omitEmpty().at(3),
  conditions: listMap(replicationControllerCondition, 'type').omitEmpty().at(6),
}).named('io.k8s.api.core.v1.ReplicationControllerStatus');
export type ReplicationControllerStatus = Stored<typeof replicationControllerStatus>;

export const replicationControllerSpec = object({
  replicas: int32().min(0).default(1).at(1),
  minReadySeconds: int32().min(0).whenEmpty(0).at(4),
  selector: map(string()).atomic().omitEmpty().at(2),
  template: podTemplateSpec.optional().at(3),
}).named('io.k8s.api.core.v1.ReplicationControllerSpec');
export type ReplicationControllerSpec = Stored<typeof replicationControllerSpec>;

import { type Stored, list, listMap, object, string, time } from '../../../../src/schema/schema.ts';

export const namespaceCondition = object({
  type: string().zero().at(1),
  status: string<'True' | 'False' | 'Unknown'>().zero().at(2),
  lastTransitionTime: time().omitEmpty().at(4),
  reason: string().omitEmpty().at(5),
  message: string().omitEmpty().at(6),
}).named('io.k8s.api.core.v1.NamespaceCondition');
export type NamespaceCondition = Stored<typeof namespaceCondition>;

export const namespaceStatus = object({
  phase: string<'Active' | 'Terminating'>().whenEmpty('Active').at(1),
  conditions: listMap(namespaceCondition, 'type').omitEmpty().at(2),
}).named('io.k8s.api.core.v1.NamespaceStatus');
export type NamespaceStatus = Stored<typeof namespaceStatus>;

export const namespaceSpec = object({
  finalizers: list(string()).omitEmpty().at(1),
}).named('io.k8s.api.core.v1.NamespaceSpec');
export type NamespaceSpec = Stored<typeof namespaceSpec>;

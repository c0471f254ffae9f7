import { type Stored, boolean, list, listSet, object, oneOf, string, time } from '../../../../src/schema/schema.ts';

export const configMapNodeConfigSource = object({
  namespace: string().at(1),
  name: string().at(2),
  uid: string().omitEmpty().at(3),
  resourceVersion: string().omitEmpty().at(4),
  kubeletConfigKey: string().at(5),
}).named('io.k8s.api.core.v1.ConfigMapNodeConfigSource');
export type ConfigMapNodeConfigSource = Stored<typeof configMapNodeConfigSource>;

export const nodeConfigSource = object({
  configMap: configMapNodeConfigSource.optional().at(2),
}).named('io.k8s.api.core.v1.NodeConfigSource');
export type NodeConfigSource = Stored<typeof nodeConfigSource>;

export const taint = object({
  key: string().at(1),
  value: string().omitEmpty().at(2),
  effect: oneOf('NoSchedule', 'PreferNoSchedule', 'NoExecute').at(3),
  timeAdded: time().optional().at(4),
}).named('io.k8s.api.core.v1.Taint');
export type Taint = Stored<typeof taint>;

export const nodeSpec = object({
  podCIDR: string().omitEmpty().at(1),
  podCIDRs: listSet(string()).omitEmpty().at(7),
  providerID: string().omitEmpty().at(3),
  unschedulable: boolean().omitEmpty().at(4),
  taints: list(taint).omitEmpty().at(5),
  configSource: nodeConfigSource.optional().at(6),
  externalID: string().omitEmpty().at(2),
}).named('io.k8s.api.core.v1.NodeSpec');
export type NodeSpec = Stored<typeof nodeSpec>;

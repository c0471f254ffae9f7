import { type Stored, boolean, list, listSet, object, oneOf, string, time } from '../../../../src/schema/schema.ts';

export const configMapNodeConfigSource = object({
  namespace: string().at(1),
  name: string().at(2),
  uid: string().omitEmpty().at(3),
  resourceVersion: string().omitEmpty().at(4),
  kubeletConfigKey: string().at(5),
})
  .named('io.k8s.api.core.v1.ConfigMapNodeConfigSource')
  .doc('A ConfigMap with settings of a kubelet; no longer used.');
export type ConfigMapNodeConfigSource = Stored<typeof configMapNodeConfigSource>;

export const nodeConfigSource = object({
  configMap: configMapNodeConfigSource.optional().at(2),
})
  .named('io.k8s.api.core.v1.NodeConfigSource')
  .doc('Where a kubelet had its settings from; no longer used.');
export type NodeConfigSource = Stored<typeof nodeConfigSource>;

export const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

export const taint = object({
  key: string().zero().doc('Its key.').at(1),
  value: string().omitEmpty().doc('Its value.').at(2),
  effect: oneOf(...TAINT_EFFECTS)
    .byRule()
    .doc('NoSchedule, PreferNoSchedule or NoExecute.')
    .at(3),
  timeAdded: time().optional().doc('When it was added.').at(4),
})
  .named('io.k8s.api.core.v1.Taint')
  .doc('What keeps pods away from a node.');
export type Taint = Stored<typeof taint>;

export const nodeSpec = object({
  podCIDR: string().omitEmpty().doc('Range its pods get addresses from.').at(1),
  podCIDRs: listSet(string()).omitEmpty().doc('Ranges its pods get addresses from.').at(7),
  providerID: string().omitEmpty().doc('Name the provider knows it by.').at(3),
  unschedulable: boolean().omitEmpty().doc('No new pods are placed on it.').at(4),
  taints: list(taint).omitEmpty().doc('What keeps pods away.').at(5),
  configSource: nodeConfigSource.optional().at(6),
  externalID: string().omitEmpty().at(2),
})
  .named('io.k8s.api.core.v1.NodeSpec')
  .doc('What a node shall be.');
export type NodeSpec = Stored<typeof nodeSpec>;

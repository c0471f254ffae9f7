import { nodeConfigSource } from './node-spec.ts';
import { resourceList } from './resource-list.ts';
import {
  type Stored,
  boolean,
  int32,
  int64,
  list,
  listMap,
  object,
  string,
  time,
} from '../../../../src/schema/schema.ts';

export const nodeFeatures = object({
  supplementalGroupsPolicy: boolean().optional().at(1),
})
  .named('io.k8s.api.core.v1.NodeFeatures')
  .doc('Features of the runtime.');
export type NodeFeatures = Stored<typeof nodeFeatures>;

export const nodeRuntimeHandlerFeatures = object({
  recursiveReadOnlyMounts: boolean().optional().at(1),
  userNamespaces: boolean().optional().at(2),
})
  .named('io.k8s.api.core.v1.NodeRuntimeHandlerFeatures')
  .doc('Features of a runtime handler.');
export type NodeRuntimeHandlerFeatures = Stored<typeof nodeRuntimeHandlerFeatures>;

export const nodeRuntimeHandler = object({
  name: string().omitEmpty().tells('').at(1),
  features: nodeRuntimeHandlerFeatures.optional().at(2),
})
  .named('io.k8s.api.core.v1.NodeRuntimeHandler')
  .doc('A way the runtime can run pods.');
export type NodeRuntimeHandler = Stored<typeof nodeRuntimeHandler>;

export const nodeConfigStatus = object({
  assigned: nodeConfigSource.optional().at(1),
  active: nodeConfigSource.optional().at(2),
  lastKnownGood: nodeConfigSource.optional().at(3),
  error: string().omitEmpty().at(4),
})
  .named('io.k8s.api.core.v1.NodeConfigStatus')
  .doc('Settings a kubelet had; no longer used.');
export type NodeConfigStatus = Stored<typeof nodeConfigStatus>;

export const attachedVolume = object({
  name: string().zero().at(1),
  devicePath: string().zero().at(2),
})
  .named('io.k8s.api.core.v1.AttachedVolume')
  .doc('A volume attached to a node.');
export type AttachedVolume = Stored<typeof attachedVolume>;

export const containerImage = object({
  names: list(string()).omitEmpty().doc('Its names.').at(1),
  sizeBytes: int64().omitEmpty().doc('Its size.').at(2),
})
  .named('io.k8s.api.core.v1.ContainerImage')
  .doc('An image a node holds.');
export type ContainerImage = Stored<typeof containerImage>;

export const daemonEndpoint = object({
  Port: int32().zero().at(1),
})
  .named('io.k8s.api.core.v1.DaemonEndpoint')
  .doc('A port of a daemon.');
export type DaemonEndpoint = Stored<typeof daemonEndpoint>;

export const nodeDaemonEndpoints = object({
  kubeletEndpoint: daemonEndpoint.present().at(1),
})
  .named('io.k8s.api.core.v1.NodeDaemonEndpoints')
  .doc('Ports of daemons.');
export type NodeDaemonEndpoints = Stored<typeof nodeDaemonEndpoints>;

export const nodeSwapStatus = object({
  capacity: int64().optional().at(1),
})
  .named('io.k8s.api.core.v1.NodeSwapStatus')
  .doc('Swap of a node.');
export type NodeSwapStatus = Stored<typeof nodeSwapStatus>;

export const nodeSystemInfo = object({
  machineID: string().zero().at(1),
  systemUUID: string().zero().at(2),
  bootID: string().zero().at(3),
  kernelVersion: string().zero().at(4),
  osImage: string().zero().at(5),
  containerRuntimeVersion: string().zero().at(6),
  kubeletVersion: string().zero().at(7),
  kubeProxyVersion: string().zero().at(8),
  operatingSystem: string().zero().at(9),
  architecture: string().zero().at(10),
  swap: nodeSwapStatus.optional().at(11),
})
  .named('io.k8s.api.core.v1.NodeSystemInfo')
  .doc('What a node runs.');
export type NodeSystemInfo = Stored<typeof nodeSystemInfo>;

export const nodeAddress = object({
  type: string().zero().doc('Kind of address.').at(1),
  address: string().zero().doc('The address.').at(2),
})
  .named('io.k8s.api.core.v1.NodeAddress')
  .doc('An address of a node.');
export type NodeAddress = Stored<typeof nodeAddress>;

export const nodeCondition = object({
  type: string().zero().doc('Name of the aspect.').at(1),
  status: string<'True' | 'False' | 'Unknown'>().zero().doc('Whether it holds: True, False or Unknown.').at(2),
  lastHeartbeatTime: time().orNullWhenAbsent().doc('When it was reported last.').at(3),
  lastTransitionTime: time().orNullWhenAbsent().doc('When the status changed last.').at(4),
  reason: string().omitEmpty().doc('Why, in one word.').at(5),
  message: string().omitEmpty().doc('Why, for people.').at(6),
})
  .named('io.k8s.api.core.v1.NodeCondition')
  .doc('One aspect of the state of a node.');
export type NodeCondition = Stored<typeof nodeCondition>;

export const nodeStatus = object({
  capacity: resourceList.omitEmpty().doc('All that it has.').at(1),
  allocatable: resourceList.omitEmpty().doc('What pods may have of it.').at(2),
  phase: string<'Pending' | 'Running' | 'Terminated'>().choices('Pending', 'Running', 'Terminated').omitEmpty().at(3),
  conditions: listMap(nodeCondition, 'type').omitEmpty().doc('Aspects of its state.').at(4),
  addresses: listMap(nodeAddress, 'type').omitEmpty().doc('Where it is reached.').at(5),
  daemonEndpoints: nodeDaemonEndpoints.present().doc('Ports of its kubelet.').at(6),
  nodeInfo: nodeSystemInfo.present().doc('What it runs.').at(7),
  images: list(containerImage).omitEmpty().doc('Images it holds.').at(8),
  volumesInUse: list(string()).omitEmpty().doc('Volumes its pods use.').at(9),
  volumesAttached: list(attachedVolume).omitEmpty().doc('Volumes attached to it.').at(10),
  config: nodeConfigStatus.optional().at(11),
  runtimeHandlers: list(nodeRuntimeHandler).omitEmpty().at(12),
  features: nodeFeatures.optional().at(13),
  declaredFeatures: list(string()).omitEmpty().at(14),
})
  .named('io.k8s.api.core.v1.NodeStatus')
  .doc('What a node is.');
export type NodeStatus = Stored<typeof nodeStatus>;

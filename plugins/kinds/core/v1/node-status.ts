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
}).named('io.k8s.api.core.v1.NodeFeatures');
export type NodeFeatures = Stored<typeof nodeFeatures>;

export const nodeRuntimeHandlerFeatures = object({
  recursiveReadOnlyMounts: boolean().optional().at(1),
  userNamespaces: boolean().optional().at(2),
}).named('io.k8s.api.core.v1.NodeRuntimeHandlerFeatures');
export type NodeRuntimeHandlerFeatures = Stored<typeof nodeRuntimeHandlerFeatures>;

export const nodeRuntimeHandler = object({
  name: string().omitEmpty().at(1),
  features: nodeRuntimeHandlerFeatures.optional().at(2),
}).named('io.k8s.api.core.v1.NodeRuntimeHandler');
export type NodeRuntimeHandler = Stored<typeof nodeRuntimeHandler>;

export const nodeConfigStatus = object({
  assigned: nodeConfigSource.optional().at(1),
  active: nodeConfigSource.optional().at(2),
  lastKnownGood: nodeConfigSource.optional().at(3),
  error: string().omitEmpty().at(4),
}).named('io.k8s.api.core.v1.NodeConfigStatus');
export type NodeConfigStatus = Stored<typeof nodeConfigStatus>;

export const attachedVolume = object({
  name: string().zero().at(1),
  devicePath: string().zero().at(2),
}).named('io.k8s.api.core.v1.AttachedVolume');
export type AttachedVolume = Stored<typeof attachedVolume>;

export const containerImage = object({
  names: list(string()).omitEmpty().at(1),
  sizeBytes: int64().omitEmpty().at(2),
}).named('io.k8s.api.core.v1.ContainerImage');
export type ContainerImage = Stored<typeof containerImage>;

export const daemonEndpoint = object({
  Port: int32().zero().at(1),
}).named('io.k8s.api.core.v1.DaemonEndpoint');
export type DaemonEndpoint = Stored<typeof daemonEndpoint>;

export const nodeDaemonEndpoints = object({
  kubeletEndpoint: daemonEndpoint.present().at(1),
}).named('io.k8s.api.core.v1.NodeDaemonEndpoints');
export type NodeDaemonEndpoints = Stored<typeof nodeDaemonEndpoints>;

export const nodeSwapStatus = object({
  capacity: int64().optional().at(1),
}).named('io.k8s.api.core.v1.NodeSwapStatus');
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
}).named('io.k8s.api.core.v1.NodeSystemInfo');
export type NodeSystemInfo = Stored<typeof nodeSystemInfo>;

export const nodeAddress = object({
  type: string().zero().at(1),
  address: string().zero().at(2),
}).named('io.k8s.api.core.v1.NodeAddress');
export type NodeAddress = Stored<typeof nodeAddress>;

export const nodeCondition = object({
  type: string().zero().at(1),
  status: string<'True' | 'False' | 'Unknown'>().zero().at(2),
  lastHeartbeatTime: time().omitEmpty().at(3),
  lastTransitionTime: time().omitEmpty().at(4),
  reason: string().omitEmpty().at(5),
  message: string().omitEmpty().at(6),
}).named('io.k8s.api.core.v1.NodeCondition');
export type NodeCondition = Stored<typeof nodeCondition>;

export const nodeStatus = object({
  capacity: resourceList.omitEmpty().at(1),
  allocatable: resourceList.omitEmpty().at(2),
  phase: string<'Pending' | 'Running' | 'Terminated'>().omitEmpty().at(3),
  conditions: listMap(nodeCondition, 'type').omitEmpty().at(4),
  addresses: listMap(nodeAddress, 'type').omitEmpty().at(5),
  daemonEndpoints: nodeDaemonEndpoints.present().at(6),
  nodeInfo: nodeSystemInfo.present().at(7),
  images: list(containerImage).omitEmpty().at(8),
  volumesInUse: list(string()).omitEmpty().at(9),
  volumesAttached: list(attachedVolume).omitEmpty().at(10),
  config: nodeConfigStatus.optional().at(11),
  runtimeHandlers: list(nodeRuntimeHandler).omitEmpty().at(12),
  features: nodeFeatures.optional().at(13),
  declaredFeatures: list(string()).omitEmpty().at(14),
}).named('io.k8s.api.core.v1.NodeStatus');
export type NodeStatus = Stored<typeof nodeStatus>;

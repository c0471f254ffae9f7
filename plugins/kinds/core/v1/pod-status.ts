import { containerStatus } from './container-status.ts';
import { resourceList } from './resource-list.ts';
import { resourceRequirements } from './resource-requirements.ts';
import {
  type Stored,
  int64,
  list,
  listMap,
  listSet,
  map,
  object,
  quantity,
  string,
  time,
} from '../../../../src/schema/schema.ts';

export const nodeAllocatableResourceClaimStatus = object({
  resourceClaimName: string().zero().at(1),
  containers: listSet(string()).patchKey(null).omitEmpty().at(2),
  resources: map(quantity()).zero().at(3),
}).named('io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus');
export type NodeAllocatableResourceClaimStatus = Stored<typeof nodeAllocatableResourceClaimStatus>;

export const containerExtendedResourceRequest = object({
  containerName: string().zero().at(1),
  resourceName: string().zero().at(2),
  requestName: string().zero().at(3),
}).named('io.k8s.api.core.v1.ContainerExtendedResourceRequest');
export type ContainerExtendedResourceRequest = Stored<typeof containerExtendedResourceRequest>;

export const podExtendedResourceClaimStatus = object({
  requestMappings: list(containerExtendedResourceRequest).zero().at(1),
  resourceClaimName: string().zero().at(2),
}).named('io.k8s.api.core.v1.PodExtendedResourceClaimStatus');
export type PodExtendedResourceClaimStatus = Stored<typeof podExtendedResourceClaimStatus>;

export const podResourceClaimStatus = object({
  name: string().zero().at(1),
  resourceClaimName: string().optional().at(2),
}).named('io.k8s.api.core.v1.PodResourceClaimStatus');
export type PodResourceClaimStatus = Stored<typeof podResourceClaimStatus>;

export const hostIp = object({
  ip: string().zero().at(1),
}).named('io.k8s.api.core.v1.HostIP');
export type HostIP = Stored<typeof hostIp>;

export const podIp = object({
  ip: string().zero().at(1),
}).named('io.k8s.api.core.v1.PodIP');
export type PodIP = Stored<typeof podIp>;

export const podCondition = object({
  type: string().zero().at(1),
  observedGeneration: int64().omitEmpty().at(7),
  status: string<'True' | 'False' | 'Unknown'>().zero().at(2),
  lastProbeTime: time().omitEmpty().at(3),
  lastTransitionTime: time().omitEmpty().at(4),
  reason: string().omitEmpty().at(5),
  message: string().omitEmpty().at(6),
}).named('io.k8s.api.core.v1.PodCondition');
export type PodCondition = Stored<typeof podCondition>;

export const podStatus = object({
  observedGeneration: int64().omitEmpty().at(17),
  phase: string<'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'>().omitEmpty().at(1),
  conditions: listMap(podCondition, 'type').omitEmpty().at(2),
  message: string().omitEmpty().at(3),
  reason: string().omitEmpty().at(4),
  nominatedNodeName: string().omitEmpty().at(11),
  hostIP: string().omitEmpty().at(5),
  hostIPs: list(hostIp).patchKey('ip').omitEmpty().at(16),
  podIP: string().omitEmpty().at(6),
  podIPs: listMap(podIp, 'ip').omitEmpty().at(12),
  startTime: time().optional().at(7),
  initContainerStatuses: list(containerStatus).omitEmpty().at(10),
  containerStatuses: list(containerStatus).omitEmpty().at(8),
  qosClass: string<'Guaranteed' | 'Burstable' | 'BestEffort'>().omitEmpty().at(9),
  ephemeralContainerStatuses: list(containerStatus).omitEmpty().at(13),
  resize: string().omitEmpty().at(14),
  resourceClaimStatuses: listMap(podResourceClaimStatus, 'name').retainKeys().omitEmpty().at(15),
  extendedResourceClaimStatus: podExtendedResourceClaimStatus.optional().at(18),
  allocatedResources: resourceList.omitEmpty().at(19),
  resources: resourceRequirements.optional().at(20),
  nodeAllocatableResourceClaimStatuses: list(nodeAllocatableResourceClaimStatus).omitEmpty().at(21),
}).named('io.k8s.api.core.v1.PodStatus');
export type PodStatus = Stored<typeof podStatus>;

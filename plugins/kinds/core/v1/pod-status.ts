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
})
  .named('io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus')
  .doc('Node resources that a claim of the pod takes.');
export type NodeAllocatableResourceClaimStatus = Stored<typeof nodeAllocatableResourceClaimStatus>;

export const containerExtendedResourceRequest = object({
  containerName: string().zero().at(1),
  resourceName: string().zero().at(2),
  requestName: string().zero().at(3),
})
  .named('io.k8s.api.core.v1.ContainerExtendedResourceRequest')
  .doc('A request of a container and the claim behind it.');
export type ContainerExtendedResourceRequest = Stored<typeof containerExtendedResourceRequest>;

export const podExtendedResourceClaimStatus = object({
  requestMappings: list(containerExtendedResourceRequest).zero().at(1),
  resourceClaimName: string().zero().at(2),
})
  .named('io.k8s.api.core.v1.PodExtendedResourceClaimStatus')
  .doc('The claim made for extended resources of the pod.');
export type PodExtendedResourceClaimStatus = Stored<typeof podExtendedResourceClaimStatus>;

export const podResourceClaimStatus = object({
  name: string().zero().at(1),
  resourceClaimName: string().optional().at(2),
})
  .named('io.k8s.api.core.v1.PodResourceClaimStatus')
  .doc('The claim behind a claim of the pod.');
export type PodResourceClaimStatus = Stored<typeof podResourceClaimStatus>;

export const hostIp = object({
  ip: string().zero().doc('The address.').at(1),
})
  .named('io.k8s.api.core.v1.HostIP')
  .doc('An address of a node.');
export type HostIP = Stored<typeof hostIp>;

export const podIp = object({
  ip: string().zero().doc('The address.').at(1),
})
  .named('io.k8s.api.core.v1.PodIP')
  .doc('An address of a pod.');
export type PodIP = Stored<typeof podIp>;

export const podCondition = object({
  type: string().zero().doc('Name of the aspect.').at(1),
  observedGeneration: int64().omitEmpty().doc('Generation the condition speaks of.').at(7),
  status: string<'True' | 'False' | 'Unknown'>().zero().doc('Whether it holds: True, False or Unknown.').at(2),
  lastProbeTime: time().orNullWhenAbsent().doc('When it was looked at last.').at(3),
  lastTransitionTime: time().orNullWhenAbsent().doc('When the status changed last.').at(4),
  reason: string().omitEmpty().doc('Why, in one word.').at(5),
  message: string().omitEmpty().doc('Why, for people.').at(6),
})
  .named('io.k8s.api.core.v1.PodCondition')
  .doc('One aspect of the state of a pod.');
export type PodCondition = Stored<typeof podCondition>;

export const podStatus = object({
  observedGeneration: int64().omitEmpty().doc('Generation the status speaks of.').at(17),
  phase: string<'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'>()
    .choices('Failed', 'Pending', 'Running', 'Succeeded', 'Unknown')
    .omitEmpty()
    .doc('Where it is in its life.')
    .at(1),
  conditions: listMap(podCondition, 'type').omitEmpty().doc('Aspects of its state.').at(2),
  message: string().omitEmpty().doc('Why it is so, for people.').at(3),
  reason: string().omitEmpty().doc('Why it is so, in one word.').at(4),
  nominatedNodeName: string().omitEmpty().doc('Node where room is made for it.').at(11),
  hostIP: string().omitEmpty().doc('Address of its node.').at(5),
  hostIPs: list(hostIp).patchKey('ip').omitEmpty().doc('Addresses of its node.').at(16),
  podIP: string().omitEmpty().doc('Its address.').at(6),
  podIPs: listMap(podIp, 'ip').omitEmpty().doc('Its addresses.').at(12),
  startTime: time().optional().doc('When its node took it up.').at(7),
  initContainerStatuses: list(containerStatus).omitEmpty().doc('What its init containers are.').at(10),
  containerStatuses: list(containerStatus).omitEmpty().doc('What its containers are.').at(8),
  qosClass: string<'Guaranteed' | 'Burstable' | 'BestEffort'>()
    .choices('BestEffort', 'Burstable', 'Guaranteed')
    .omitEmpty()
    .doc('Class that follows from its requests and limits.')
    .at(9),
  ephemeralContainerStatuses: list(containerStatus).omitEmpty().doc('What its ephemeral containers are.').at(13),
  resize: string().omitEmpty().at(14),
  resourceClaimStatuses: listMap(podResourceClaimStatus, 'name').retainKeys().omitEmpty().at(15),
  extendedResourceClaimStatus: podExtendedResourceClaimStatus.optional().at(18),
  allocatedResources: resourceList.omitEmpty().at(19),
  resources: resourceRequirements.optional().at(20),
  nodeAllocatableResourceClaimStatuses: list(nodeAllocatableResourceClaimStatus).omitEmpty().at(21),
})
  .named('io.k8s.api.core.v1.PodStatus')
  .doc('What a pod is.');
export type PodStatus = Stored<typeof podStatus>;

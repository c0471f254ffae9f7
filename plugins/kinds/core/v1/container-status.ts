import { resourceList } from './resource-list.ts';
import { resourceRequirements } from './resource-requirements.ts';
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

export const resourceHealth = object({
  resourceID: string().zero().at(1),
  health: string().omitEmpty().at(2),
  message: string().optional().at(6),
}).named('io.k8s.api.core.v1.ResourceHealth');
export type ResourceHealth = Stored<typeof resourceHealth>;

export const resourceStatus = object({
  name: string().zero().at(1),
  resources: listMap(resourceHealth, 'resourceID').patchKey(null).omitEmpty().at(2),
}).named('io.k8s.api.core.v1.ResourceStatus');
export type ResourceStatus = Stored<typeof resourceStatus>;

export const linuxContainerUser = object({
  uid: int64().zero().at(1),
  gid: int64().zero().at(2),
  supplementalGroups: list(int64()).omitEmpty().at(3),
}).named('io.k8s.api.core.v1.LinuxContainerUser');
export type LinuxContainerUser = Stored<typeof linuxContainerUser>;

export const containerUser = object({
  linux: linuxContainerUser.optional().at(1),
}).named('io.k8s.api.core.v1.ContainerUser');
export type ContainerUser = Stored<typeof containerUser>;

export const imageVolumeStatus = object({
  imageRef: string().zero().at(1),
}).named('io.k8s.api.core.v1.ImageVolumeStatus');
export type ImageVolumeStatus = Stored<typeof imageVolumeStatus>;

export const volumeStatus = object({
  image: imageVolumeStatus.optional().at(1),
}).named('io.k8s.api.core.v1.VolumeStatus');
export type VolumeStatus = Stored<typeof volumeStatus>;

export const volumeMountStatus = object({
  name: string().zero().at(1),
  mountPath: string().zero().at(2),
  readOnly: boolean().omitEmpty().at(3),
  recursiveReadOnly: string().optional().at(4),
  volumeStatus: volumeStatus.optional().at(5),
}).named('io.k8s.api.core.v1.VolumeMountStatus');
export type VolumeMountStatus = Stored<typeof volumeMountStatus>;

export const containerStateTerminated = object({
  exitCode: int32().zero().at(1),
  signal: int32().omitEmpty().at(2),
  reason: string().omitEmpty().at(3),
  message: string().omitEmpty().at(4),
  startedAt: time().omitEmpty().at(5),
  finishedAt: time().omitEmpty().at(6),
  containerID: string().omitEmpty().at(7),
}).named('io.k8s.api.core.v1.ContainerStateTerminated');
export type ContainerStateTerminated = Stored<typeof containerStateTerminated>;

export const containerStateWaiting = object({
  reason: string().omitEmpty().at(1),
  message: string().omitEmpty().at(2),
}).named('io.k8s.api.core.v1.ContainerStateWaiting');
export type ContainerStateWaiting = Stored<typeof containerStateWaiting>;

export const containerStateRunning = object({
  startedAt: time().omitEmpty().at(1),
}).named('io.k8s.api.core.v1.ContainerStateRunning');
export type ContainerStateRunning = Stored<typeof containerStateRunning>;

export const containerState = object({
  waiting: containerStateWaiting.optional().at(1),
  running: containerStateRunning.optional().at(2),
  terminated: containerStateTerminated.optional().at(3),
}).named('io.k8s.api.core.v1.ContainerState');
export type ContainerState = Stored<typeof containerState>;

export const containerStatus = object({
  name: string().zero().at(1),
  state: containerState.present().at(2),
  lastState: containerState.present().at(3),
  ready: boolean().zero().at(4),
  restartCount: int32().zero().at(5),
  image: string().zero().at(6),
  imageID: string().zero().at(7),
  containerID: string().omitEmpty().at(8),
  started: boolean().optional().at(9),
  allocatedResources: resourceList.omitEmpty().at(10),
  resources: resourceRequirements.optional().at(11),
  volumeMounts: listMap(volumeMountStatus, 'mountPath').omitEmpty().at(12),
  user: containerUser.optional().at(13),
  allocatedResourcesStatus: listMap(resourceStatus, 'name').omitEmpty().at(14),
  stopSignal: string().optional().at(15),
}).named('io.k8s.api.core.v1.ContainerStatus');
export type ContainerStatus = Stored<typeof containerStatus>;

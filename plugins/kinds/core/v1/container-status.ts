import { signal } from './signal.ts';
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
})
  .named('io.k8s.api.core.v1.ResourceHealth')
  .doc('Health of a device.');
export type ResourceHealth = Stored<typeof resourceHealth>;

export const resourceStatus = object({
  name: string().zero().at(1),
  resources: listMap(resourceHealth, 'resourceID').patchKey(null).omitEmpty().at(2),
})
  .named('io.k8s.api.core.v1.ResourceStatus')
  .doc('Health of devices.');
export type ResourceStatus = Stored<typeof resourceStatus>;

export const linuxContainerUser = object({
  uid: int64().zero().at(1),
  gid: int64().zero().at(2),
  supplementalGroups: list(int64()).omitEmpty().at(3),
})
  .named('io.k8s.api.core.v1.LinuxContainerUser')
  .doc('Who the process is on Linux.');
export type LinuxContainerUser = Stored<typeof linuxContainerUser>;

export const containerUser = object({
  linux: linuxContainerUser.optional().at(1),
})
  .named('io.k8s.api.core.v1.ContainerUser')
  .doc('Who the process is.');
export type ContainerUser = Stored<typeof containerUser>;

export const imageVolumeStatus = object({
  imageRef: string().zero().tells(null).at(1),
})
  .named('io.k8s.api.core.v1.ImageVolumeStatus')
  .doc('The image a volume shows.');
export type ImageVolumeStatus = Stored<typeof imageVolumeStatus>;

export const volumeStatus = object({
  image: imageVolumeStatus.optional().at(1),
})
  .named('io.k8s.api.core.v1.VolumeStatus')
  .doc('What a mounted volume is.');
export type VolumeStatus = Stored<typeof volumeStatus>;

export const volumeMountStatus = object({
  name: string().zero().at(1),
  mountPath: string().zero().at(2),
  readOnly: boolean().omitEmpty().at(3),
  recursiveReadOnly: string().optional().at(4),
  volumeStatus: volumeStatus.optional().at(5),
})
  .named('io.k8s.api.core.v1.VolumeMountStatus')
  .doc('How a volume is mounted.');
export type VolumeMountStatus = Stored<typeof volumeMountStatus>;

export const containerStateTerminated = object({
  exitCode: int32().zero().doc('Its exit code.').at(1),
  signal: int32().omitEmpty().doc('Signal that ended it.').at(2),
  reason: string().omitEmpty().doc('Why, in one word.').at(3),
  message: string().omitEmpty().doc('Why, for people.').at(4),
  startedAt: time().orNull().doc('When it was started.').at(5),
  finishedAt: time().orNull().doc('When it ended.').at(6),
  containerID: string().omitEmpty().doc('Name the runtime knew it by.').at(7),
})
  .named('io.k8s.api.core.v1.ContainerStateTerminated')
  .doc('A container that has ended.');
export type ContainerStateTerminated = Stored<typeof containerStateTerminated>;

export const containerStateWaiting = object({
  reason: string().omitEmpty().doc('Why, in one word.').at(1),
  message: string().omitEmpty().doc('Why, for people.').at(2),
})
  .named('io.k8s.api.core.v1.ContainerStateWaiting')
  .doc('A container that does not run yet.');
export type ContainerStateWaiting = Stored<typeof containerStateWaiting>;

export const containerStateRunning = object({
  startedAt: time().orNull().doc('When it was started.').at(1),
})
  .named('io.k8s.api.core.v1.ContainerStateRunning')
  .doc('A container that runs.');
export type ContainerStateRunning = Stored<typeof containerStateRunning>;

export const containerState = object({
  waiting: containerStateWaiting.optional().doc('It does not run yet.').at(1),
  running: containerStateRunning.optional().doc('It runs.').at(2),
  terminated: containerStateTerminated.optional().doc('It has ended.').at(3),
})
  .named('io.k8s.api.core.v1.ContainerState')
  .doc('Waiting, running or terminated.');
export type ContainerState = Stored<typeof containerState>;

export const containerStatus = object({
  name: string().zero().doc('Name of the container.').at(1),
  state: containerState.present().doc('Its present state.').at(2),
  lastState: containerState.present().doc('How it ended the last time.').at(3),
  ready: boolean().zero().doc('It takes requests.').at(4),
  restartCount: int32().zero().doc('How often it was started again.').at(5),
  image: string().zero().doc('Image it runs.').at(6),
  imageID: string().zero().doc('Digest of that image.').at(7),
  containerID: string().omitEmpty().doc('Name the runtime knows it by.').at(8),
  started: boolean().optional().doc('It has passed its startup probe.').at(9),
  allocatedResources: resourceList.omitEmpty().at(10),
  resources: resourceRequirements.optional().at(11),
  volumeMounts: listMap(volumeMountStatus, 'mountPath').omitEmpty().at(12),
  user: containerUser.optional().at(13),
  allocatedResourcesStatus: listMap(resourceStatus, 'name').omitEmpty().at(14),
  stopSignal: signal.optional().at(15),
})
  .named('io.k8s.api.core.v1.ContainerStatus')
  .doc('What a container is.');
export type ContainerStatus = Stored<typeof containerStatus>;

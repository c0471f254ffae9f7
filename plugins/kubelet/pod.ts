import type { ObjectOf } from '../../src/api/resource.ts';
import type { Pod as PodKind } from '../kinds/core/v1/pod.ts';

/** The parts of a Pod by the names the kubelet's code uses. */
export type Pod = ObjectOf<typeof PodKind>;
export type PodSpec = Pod['spec'];
export type PodStatus = NonNullable<Pod['status']>;
export type PodCondition = NonNullable<PodStatus['conditions']>[number];
export type ContainerStatus = NonNullable<PodStatus['containerStatuses']>[number];
export type ContainerState = NonNullable<ContainerStatus['state']>;
/** Init and ephemeral containers share what the kubelet reads of a container. */
export type ContainerSpec = PodSpec['containers'][number];
export type Volume = NonNullable<PodSpec['volumes']>[number];
export type VolumeMount = NonNullable<ContainerSpec['volumeMounts']>[number];
export type Probe = NonNullable<ContainerSpec['livenessProbe']>;
export type LifecycleHandler = NonNullable<NonNullable<ContainerSpec['lifecycle']>['postStart']>;

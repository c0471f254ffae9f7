import type { ContainerConfig } from '../../runtime/contract.ts';
import type { ContainerSpec, Pod } from '../pod.ts';
import { appArmorOf } from './app-armor.ts';
import { containerCapabilities } from './capabilities.ts';
import { ContainerConfigError } from './container-config-error.ts';

/** What upstream's kubelet hides of a container's /proc and /sys; what a kernel does not have is passed over. */
export const MASKED_PATHS: readonly string[] = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];
export const READONLY_PATHS: readonly string[] = [
  '/proc/bus',
  '/proc/fs',
  '/proc/irq',
  '/proc/sys',
  '/proc/sysrq-trigger',
];

export type SecurityConfig = Pick<
  ContainerConfig,
  | 'privileged'
  | 'capabilities'
  | 'noNewPrivileges'
  | 'seccomp'
  | 'appArmor'
  | 'maskedPaths'
  | 'readonlyPaths'
  | 'readOnlyRootfs'
>;

export interface NodeProfiles {
  /** What is in the file that `localhostProfileOf` names. */
  readonly seccomp?: string | undefined;
  /** Whether a container that names no profile of AppArmor is held to the default one. */
  readonly appArmorByDefault: boolean;
}

/** A container's confinement; its own securityContext goes before the pod's. */
export function containerSecurity(
  pod: Pod,
  container: ContainerSpec,
  { seccomp, appArmorByDefault }: NodeProfiles,
): SecurityConfig {
  const own = container.securityContext ?? {};
  const privileged = own.privileged === true;
  const appArmor = appArmorOf(pod, container, appArmorByDefault);
  const unmasked = privileged || own.procMount === 'Unmasked';
  return {
    privileged,
    capabilities: containerCapabilities(own.capabilities, privileged),
    noNewPrivileges: own.allowPrivilegeEscalation === false,
    seccomp: privileged ? 'Unconfined' : seccompOf(pod, container, seccomp),
    ...(appArmor === undefined ? {} : { appArmor }),
    maskedPaths: unmasked ? [] : MASKED_PATHS,
    readonlyPaths: unmasked ? [] : READONLY_PATHS,
    readOnlyRootfs: own.readOnlyRootFilesystem === true,
  };
}

/** Which file confines the container, beneath the node's folder of such; `undefined` where none does. */
export function localhostProfileOf(pod: Pod, container: ContainerSpec): string | undefined {
  const profile = profileOf(pod, container);
  if (profile?.type !== 'Localhost' || container.securityContext?.privileged === true) return undefined;
  const { localhostProfile = '' } = profile;
  if (localhostProfile !== '') return localhostProfile;
  const message = 'localhostProfile must be set if seccompProfile type is Localhost.';
  throw new ContainerConfigError('CreateContainerConfigError', message);
}

const profileOf = (pod: Pod, container: ContainerSpec) =>
  container.securityContext?.seccompProfile ?? pod.spec.securityContext?.seccompProfile;

function seccompOf(pod: Pod, container: ContainerSpec, profile: string | undefined): ContainerConfig['seccomp'] {
  if (profile !== undefined) return { profile };
  const type = profileOf(pod, container)?.type ?? 'Unconfined';
  if (type === 'RuntimeDefault' || type === 'Unconfined') return type;
  throw new ContainerConfigError('CreateContainerError', `seccomp profile type ${type} is not supported by this node`);
}

/** Throws when runAsNonRoot forbids the user that was found at last. */
export function verifyNonRoot(
  pod: Pod,
  container: ContainerSpec,
  uid: number,
  userIsNumeric: boolean,
  imageUser: string,
): void {
  const required = container.securityContext?.runAsNonRoot ?? pod.spec.securityContext?.runAsNonRoot ?? false;
  if (!required) return;
  const asked = container.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser;
  const where = `pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${container.name}`;
  const refuse = (message: string): never => {
    throw new ContainerConfigError('CreateContainerConfigError', `${message} (${where})`);
  };
  if (asked === 0) refuse("container's runAsUser breaks non-root policy");
  if (asked !== undefined) return;
  if (!userIsNumeric) {
    refuse(`container has runAsNonRoot and image has non-numeric user (${imageUser}), cannot verify user is non-root`);
  }
  if (uid === 0) refuse('container has runAsNonRoot and image will run as root');
}

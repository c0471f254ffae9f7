import { appArmorProfile, seLinuxOptions, seccompProfile, windowsSecurityContextOptions } from './security-context.ts';
import { type Stored, boolean, int64, list, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const sysctl = object({
  name: string().doc('Its name.').at(1),
  value: string().zero().doc('Its value.').at(2),
})
  .named('io.k8s.api.core.v1.Sysctl')
  .doc('A kernel parameter.');
export type Sysctl = Stored<typeof sysctl>;

export const podSecurityContext = object({
  seLinuxOptions: seLinuxOptions.optional().at(1),
  fsGroup: int64().min(0).max(2147483647).optional().doc('Group that owns the volumes.').at(5),
  runAsUser: int64().min(0).max(2147483647).optional().doc('UID of the processes.').at(2),
  runAsGroup: int64().min(0).max(2147483647).optional().doc('GID of the processes.').at(6),
  runAsNonRoot: boolean().optional().doc('Refuses to run as UID 0.').at(3),
  supplementalGroups: list(int64().min(0).max(2147483647)).omitEmpty().doc('Further groups of the processes.').at(4),
  sysctls: list(sysctl).omitEmpty().doc('Kernel parameters of the pod.').at(7),
  fsGroupChangePolicy: oneOf('Always', 'OnRootMismatch')
    .optional()
    .doc('When the ownership of volumes is changed.')
    .at(9),
  seccompProfile: seccompProfile.optional().doc('System calls that are allowed.').at(10),
  windowsOptions: windowsSecurityContextOptions.optional().at(8),
  appArmorProfile: appArmorProfile.optional().at(11),
  supplementalGroupsPolicy: oneOf('Merge', 'Strict').optional().doc('Whether the groups of the image count.').at(12),
  seLinuxChangePolicy: string().optional().at(13),
})
  .named('io.k8s.api.core.v1.PodSecurityContext')
  .doc('Privileges of all containers of a pod.');
export type PodSecurityContext = Stored<typeof podSecurityContext>;

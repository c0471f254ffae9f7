import { appArmorProfile, seLinuxOptions, seccompProfile, windowsSecurityContextOptions } from './security-context.ts';
import { type Stored, boolean, int64, list, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const sysctl = object({
  name: string().at(1),
  value: string().at(2),
}).named('io.k8s.api.core.v1.Sysctl');
export type Sysctl = Stored<typeof sysctl>;

export const podSecurityContext = object({
  seLinuxOptions: seLinuxOptions.optional().at(1),
  windowsOptions: windowsSecurityContextOptions.optional().at(8),
  runAsUser: int64().min(0).max(2147483647).optional().at(2),
  runAsGroup: int64().min(0).max(2147483647).optional().at(6),
  runAsNonRoot: boolean().optional().at(3),
  supplementalGroups: list(int64()).omitEmpty().at(4),
  supplementalGroupsPolicy: oneOf('Merge', 'Strict').optional().at(12),
  fsGroup: int64().min(0).max(2147483647).optional().at(5),
  sysctls: list(sysctl).omitEmpty().at(7),
  fsGroupChangePolicy: oneOf('OnRootMismatch', 'Always').optional().at(9),
  seccompProfile: seccompProfile.optional().at(10),
  appArmorProfile: appArmorProfile.optional().at(11),
  seLinuxChangePolicy: string().optional().at(13),
}).named('io.k8s.api.core.v1.PodSecurityContext');
export type PodSecurityContext = Stored<typeof podSecurityContext>;

import { type Stored, boolean, int64, list, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const windowsSecurityContextOptions = object({
  gmsaCredentialSpecName: string().optional().at(1),
  gmsaCredentialSpec: string().optional().at(2),
  runAsUserName: string().optional().at(3),
  hostProcess: boolean().optional().at(4),
}).named('io.k8s.api.core.v1.WindowsSecurityContextOptions');
export type WindowsSecurityContextOptions = Stored<typeof windowsSecurityContextOptions>;

export const seLinuxOptions = object({
  user: string().omitEmpty().at(1),
  role: string().omitEmpty().at(2),
  type: string().omitEmpty().at(3),
  level: string().omitEmpty().at(4),
}).named('io.k8s.api.core.v1.SELinuxOptions');
export type SELinuxOptions = Stored<typeof seLinuxOptions>;

export const appArmorProfile = object({
  type: oneOf('Unconfined', 'RuntimeDefault', 'Localhost').at(1),
  localhostProfile: string().optional().at(2),
}).named('io.k8s.api.core.v1.AppArmorProfile');
export type AppArmorProfile = Stored<typeof appArmorProfile>;

export const seccompProfile = object({
  type: oneOf('Unconfined', 'RuntimeDefault', 'Localhost').at(1),
  localhostProfile: string().optional().at(2),
}).named('io.k8s.api.core.v1.SeccompProfile');
export type SeccompProfile = Stored<typeof seccompProfile>;

export const capabilities = object({
  add: list(string()).omitEmpty().at(1),
  drop: list(string()).omitEmpty().at(2),
}).named('io.k8s.api.core.v1.Capabilities');
export type Capabilities = Stored<typeof capabilities>;

export const securityContext = object({
  capabilities: capabilities.optional().at(1),
  privileged: boolean().optional().at(2),
  seLinuxOptions: seLinuxOptions.optional().at(3),
  windowsOptions: windowsSecurityContextOptions.optional().at(10),
  runAsUser: int64().min(0).max(2147483647).optional().at(4),
  runAsGroup: int64().min(0).max(2147483647).optional().at(8),
  runAsNonRoot: boolean().optional().at(5),
  readOnlyRootFilesystem: boolean().optional().at(6),
  allowPrivilegeEscalation: boolean().optional().at(7),
  procMount: oneOf('Default', 'Unmasked').optional().at(9),
  seccompProfile: seccompProfile.optional().at(11),
  appArmorProfile: appArmorProfile.optional().at(12),
}).named('io.k8s.api.core.v1.SecurityContext');
export type SecurityContext = Stored<typeof securityContext>;

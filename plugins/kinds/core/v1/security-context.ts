import { type Stored, boolean, int64, list, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const windowsSecurityContextOptions = object({
  gmsaCredentialSpecName: string().optional().at(1),
  gmsaCredentialSpec: string().optional().at(2),
  runAsUserName: string().optional().at(3),
  hostProcess: boolean().optional().at(4),
})
  .named('io.k8s.api.core.v1.WindowsSecurityContextOptions')
  .doc('Settings for Windows.');
export type WindowsSecurityContextOptions = Stored<typeof windowsSecurityContextOptions>;

export const seLinuxOptions = object({
  user: string().omitEmpty().at(1),
  role: string().omitEmpty().at(2),
  type: string().omitEmpty().at(3),
  level: string().omitEmpty().at(4),
})
  .named('io.k8s.api.core.v1.SELinuxOptions')
  .doc('SELinux labels.');
export type SELinuxOptions = Stored<typeof seLinuxOptions>;

export const appArmorProfile = object({
  type: oneOf('Localhost', 'RuntimeDefault', 'Unconfined')
    .byRule()
    .doc('Unconfined, RuntimeDefault or Localhost.')
    .at(1),
  localhostProfile: string().optional().doc('Name of the profile on the node.').at(2),
})
  .named('io.k8s.api.core.v1.AppArmorProfile')
  .union({ localhostProfile: 'LocalhostProfile' }, 'type')
  .doc('An AppArmor profile.');
export type AppArmorProfile = Stored<typeof appArmorProfile>;

export const seccompProfile = object({
  type: oneOf('Localhost', 'RuntimeDefault', 'Unconfined')
    .byRule()
    .doc('Unconfined, RuntimeDefault or Localhost.')
    .at(1),
  localhostProfile: string().optional().doc('File of the profile on the node.').at(2),
})
  .named('io.k8s.api.core.v1.SeccompProfile')
  .union({ localhostProfile: 'LocalhostProfile' }, 'type')
  .doc('Which system calls are allowed.');
export type SeccompProfile = Stored<typeof seccompProfile>;

export const capabilities = object({
  add: list(string()).omitEmpty().doc('Capabilities to add.').at(1),
  drop: list(string()).omitEmpty().doc('Capabilities to drop.').at(2),
})
  .named('io.k8s.api.core.v1.Capabilities')
  .doc('Capabilities beyond and short of the usual ones.');
export type Capabilities = Stored<typeof capabilities>;

export const securityContext = object({
  capabilities: capabilities.optional().doc('Capabilities to add and drop.').at(1),
  privileged: boolean().optional().doc('Runs with all privileges of the host.').at(2),
  seLinuxOptions: seLinuxOptions.optional().doc('SELinux labels.').at(3),
  runAsUser: int64().min(0).max(2147483647).optional().doc('UID of the process.').at(4),
  runAsGroup: int64().min(0).max(2147483647).optional().doc('GID of the process.').at(8),
  runAsNonRoot: boolean().optional().doc('Refuses to run as UID 0.').at(5),
  readOnlyRootFilesystem: boolean().optional().doc('The root file system cannot be written.').at(6),
  procMount: oneOf('Default', 'Unmasked').optional().doc('How /proc is mounted.').at(9),
  seccompProfile: seccompProfile.optional().doc('System calls that are allowed.').at(11),
  allowPrivilegeEscalation: boolean().optional().doc('A process may gain more privileges than its parent.').at(7),
  windowsOptions: windowsSecurityContextOptions.optional().at(10),
  appArmorProfile: appArmorProfile.optional().doc('AppArmor profile.').at(12),
})
  .named('io.k8s.api.core.v1.SecurityContext')
  .doc('Privileges of a container; overrides those of the pod.');
export type SecurityContext = Stored<typeof securityContext>;

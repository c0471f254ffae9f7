import {
  duplicate,
  invalid,
  notSupported,
  placed,
  required,
  tooLong,
  type FieldError,
} from '../../../../src/api/field-error.ts';
import type { PodSpec } from './pod-spec.ts';
import type { AppArmorProfile, SeccompProfile, SecurityContext } from './security-context.ts';
import { validateWindowsOptions } from './validate-windows-options.ts';
import { descendingPath } from './validate-paths.ts';

const PROFILES: readonly string[] = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const SYSCTL = '^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$';
const SYSCTL_SEGMENT = /^[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?$/;
const MAX_SYSCTL_CHARS = 253;
const SELINUX_POLICIES: readonly string[] = ['Recursive'];

export function validatePodSecurityContext(spec: PodSpec, field: string): readonly FieldError[] {
  const { seccompProfile, windowsOptions, appArmorProfile, seLinuxChangePolicy } = spec.securityContext;
  const errors: FieldError[] = [];
  if (spec.shareProcessNamespace === true && spec.hostPID === true) {
    const detail = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push({ ...invalid(`${field}.shareProcessNamespace`, true, detail), place: `${field}.sysctls` });
  }
  errors.push(
    ...validateSysctls(spec, `${field}.sysctls`),
    ...validateSeccomp(seccompProfile, `${field}.seccompProfile`),
    ...validateWindowsOptions(windowsOptions, `${field}.windowsOptions`),
    ...validateAppArmor(appArmorProfile, `${field}.appArmorProfile`),
  );
  if (seLinuxChangePolicy !== undefined && !SELINUX_POLICIES.includes(seLinuxChangePolicy)) {
    errors.push(notSupported(`${field}.seLinuxChangePolicy`, seLinuxChangePolicy, SELINUX_POLICIES));
  }
  return errors;
}

/** Of one namespace of the kernel each: a pod that uses the host's does not set them. */
const IPC_SYSCTL = /^(?:kernel[./](?:sem$|shm|msg)|fs[./]mqueue[./])/;
const NET_SYSCTL = /^net[./]/;

function validateSysctls(spec: PodSpec, field: string): readonly FieldError[] {
  const names = new Set<string>();
  return (spec.securityContext.sysctls ?? []).flatMap(({ name }, index) => {
    const path = `${field}[${index}].name`;
    const errors: FieldError[] = [];
    if (name !== '' && !isSysctl(name)) {
      errors.push(invalid(path, name, `must have at most ${MAX_SYSCTL_CHARS} characters and match regex ${SYSCTL}`));
    } else if (names.has(name)) errors.push(duplicate(path, name));
    if (spec.hostNetwork === true && NET_SYSCTL.test(name)) {
      errors.push(invalid(path, name, "may not be specified when 'hostNetwork' is true"));
    } else if (spec.hostIPC === true && IPC_SYSCTL.test(name)) {
      errors.push(invalid(path, name, "may not be specified when 'hostIPC' is true"));
    }
    if (name !== '') names.add(name);
    return errors;
  });
}

const isSysctl = (name: string): boolean =>
  name.length <= MAX_SYSCTL_CHARS && name.split(/[./]/).every(segment => SYSCTL_SEGMENT.test(segment));

/** `hostUsers`: the container has the users of the host. */
export function validateSecurityContext(
  context: SecurityContext | undefined,
  field: string,
  hostUsers: boolean,
): readonly FieldError[] {
  if (context === undefined) return [];
  const { privileged = false, allowPrivilegeEscalation, capabilities, procMount } = context;
  const errors: FieldError[] = [];
  if (procMount === 'Unmasked' && hostUsers) {
    errors.push(invalid(`${field}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'));
  }
  errors.push(...validateSeccomp(context.seccompProfile, `${field}.seccompProfile`));
  if (allowPrivilegeEscalation === false) {
    const refused: string[] = privileged ? ['`privileged` to true'] : [];
    const added = (capabilities?.add ?? []).filter(name => name === 'CAP_SYS_ADMIN');
    refused.push(...added.map(() => '`capabilities.Add` CAP_SYS_ADMIN'));
    const shown = unversioned(context);
    errors.push(
      ...placed(
        `${field}.allowPrivilegeEscalation`,
        refused.map(other => invalid(field, shown, `cannot set \`allowPrivilegeEscalation\` to false and ${other}`)),
      ),
    );
  }
  return [
    ...errors,
    ...validateWindowsOptions(context.windowsOptions, `${field}.windowsOptions`),
    ...validateAppArmor(context.appArmorProfile, `${field}.appArmorProfile`),
  ];
}

function validateSeccomp(profile: SeccompProfile | undefined, field: string): readonly FieldError[] {
  if (profile === undefined) return [];
  const { localhostProfile } = profile;
  const errors = typeErrors(profile.type, `${field}.type`, 'type is required when seccompProfile is set');
  if (profile.type === 'Localhost') {
    const path = `${field}.localhostProfile`;
    if (localhostProfile === undefined) return [required(path, 'must be set when seccomp type is Localhost')];
    return [...errors, ...descendingPath(localhostProfile, path)];
  }
  if (localhostProfile === undefined) return errors;
  const shown = { Type: profile.type, LocalhostProfile: localhostProfile };
  return [...errors, invalid(`${field}.localhostProfile`, shown, 'can only be set when seccomp type is Localhost')];
}

const MAX_APP_ARMOR_BYTES = 4095;

function validateAppArmor(profile: AppArmorProfile | undefined, field: string): readonly FieldError[] {
  if (profile === undefined) return [];
  const { type, localhostProfile: name } = profile;
  const path = `${field}.localhostProfile`;
  if (type === 'Localhost') {
    const missing = required(path, 'must be set when AppArmor type is Localhost');
    if (name === undefined) return [missing];
    const errors: FieldError[] = [];
    if (name.trim() !== name) errors.push(invalid(path, name, 'must not be padded with whitespace'));
    else if (name === '') errors.push(missing);
    if (Buffer.byteLength(name) > MAX_APP_ARMOR_BYTES) errors.push(tooLong(path, MAX_APP_ARMOR_BYTES));
    return errors;
  }
  const errors = typeErrors(type, `${field}.type`, 'type is required when appArmorProfile is set');
  if (errors.length > 0 || name === undefined) return errors;
  return [invalid(path, name, 'can only be set when AppArmor type is Localhost')];
}

function typeErrors(type: string, field: string, missing: string): readonly FieldError[] {
  if (type === '') return [required(field, missing)];
  return PROFILES.includes(type) ? [] : [notSupported(field, type, PROFILES)];
}

/** As upstream's unversioned type prints it in a message. */
function unversioned({ capabilities, seLinuxOptions, windowsOptions, ...context }: SecurityContext): object {
  const { seccompProfile: seccomp, appArmorProfile: appArmor } = context;
  const profile = (one: SeccompProfile | AppArmorProfile | undefined): object | null =>
    one === undefined ? null : { Type: one.type, LocalhostProfile: one.localhostProfile ?? null };
  return {
    Capabilities:
      capabilities === undefined ? null : { Add: capabilities.add ?? null, Drop: capabilities.drop ?? null },
    Privileged: context.privileged ?? null,
    SELinuxOptions:
      seLinuxOptions === undefined
        ? null
        : {
            User: seLinuxOptions.user ?? '',
            Role: seLinuxOptions.role ?? '',
            Type: seLinuxOptions.type ?? '',
            Level: seLinuxOptions.level ?? '',
          },
    WindowsOptions:
      windowsOptions === undefined
        ? null
        : {
            GMSACredentialSpecName: windowsOptions.gmsaCredentialSpecName ?? null,
            GMSACredentialSpec: windowsOptions.gmsaCredentialSpec ?? null,
            RunAsUserName: windowsOptions.runAsUserName ?? null,
            HostProcess: windowsOptions.hostProcess ?? null,
          },
    RunAsUser: context.runAsUser ?? null,
    RunAsGroup: context.runAsGroup ?? null,
    RunAsNonRoot: context.runAsNonRoot ?? null,
    ReadOnlyRootFilesystem: context.readOnlyRootFilesystem ?? null,
    AllowPrivilegeEscalation: context.allowPrivilegeEscalation ?? null,
    ProcMount: context.procMount ?? null,
    SeccompProfile: profile(seccomp),
    AppArmorProfile: profile(appArmor),
  };
}

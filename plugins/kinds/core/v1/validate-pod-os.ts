import { forbidden, notSupported, placed, type FieldError } from '../../../../src/api/field-error.ts';
import type { PodSpec } from './pod-spec.ts';

/** What an operating system knows nothing of may not be asked of it. */
export function validatePodOs(spec: PodSpec, field: string): readonly FieldError[] {
  switch (spec.os?.name) {
    case undefined:
    case '':
      return [];
    case 'linux':
      return placed(`${field}.os`, forLinux(spec, field));
    case 'windows':
      return placed(`${field}.os`, forWindows(spec, field));
    default:
      return [notSupported(`${field}.os`, spec.os?.name, ['linux', 'windows'])];
  }
}

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

function forLinux(spec: PodSpec, field: string): readonly FieldError[] {
  const detail = 'windows options cannot be set for a linux pod';
  const check = (context: PodSpec['securityContext'] | undefined, path: string): readonly FieldError[] =>
    context?.windowsOptions === undefined ? [] : [forbidden(`${path}.securityContext.windowsOptions`, detail)];
  return [
    ...check(spec.securityContext, field),
    ...LISTS.flatMap(list =>
      (spec[list] ?? []).flatMap(({ securityContext }, index) =>
        securityContext?.windowsOptions === undefined
          ? []
          : [forbidden(`${field}.${list}[${index}].securityContext.windowsOptions`, detail)],
      ),
    ),
  ];
}

const NOT_OF_WINDOWS_POD = [
  'securityContext.appArmorProfile',
  'securityContext.seLinuxOptions',
  'hostUsers',
  'hostPID',
  'hostIPC',
  'securityContext.seccompProfile',
  'securityContext.fsGroup',
  'securityContext.fsGroupChangePolicy',
  'securityContext.sysctls',
  'shareProcessNamespace',
  'securityContext.runAsUser',
  'securityContext.runAsGroup',
  'securityContext.supplementalGroups',
  'securityContext.supplementalGroupsPolicy',
  'securityContext.seLinuxChangePolicy',
] as const;
const NOT_OF_WINDOWS_CONTAINER = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const;

function forWindows(spec: PodSpec, field: string): readonly FieldError[] {
  const detail = 'cannot be set for a windows pod';
  const context: Readonly<Record<string, unknown>> = spec.securityContext;
  const top: Readonly<Record<string, unknown>> = spec;
  const isSet = (path: string): boolean =>
    path.startsWith('securityContext.')
      ? context[path.slice('securityContext.'.length)] !== undefined
      : top[path] !== undefined;
  return [
    ...NOT_OF_WINDOWS_POD.filter(isSet).map(path => forbidden(`${field}.${path}`, detail)),
    ...LISTS.flatMap(list =>
      (spec[list] ?? []).flatMap(({ securityContext }, index) =>
        NOT_OF_WINDOWS_CONTAINER.filter(name => securityContext?.[name] !== undefined).map(name =>
          forbidden(`${field}.${list}[${index}].securityContext.${name}`, detail),
        ),
      ),
    ),
  ];
}

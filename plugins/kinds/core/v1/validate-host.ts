import { forbidden, invalid, placed, tooLong, type FieldError } from '../../../../src/api/field-error.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import { validateHostProcess } from './validate-windows-options.ts';
import type { PodSpec } from './pod-spec.ts';

/** What depends on which namespaces of the host a pod uses. */
export const validateHost = (spec: PodSpec, field: string, owner: 'pod' | 'template'): readonly FieldError[] => [
  ...placed(`${field}.hostNetwork`, hostPortErrors(spec, field, owner)),
  ...placed(`${field}.hostUsers`, [...validateHostProcess(spec, field), ...hostUsersErrors(spec, field)]),
  ...hostNameErrors(spec, `${field}.hostnameOverride`),
];

function hostPortErrors(
  { hostNetwork = false, containers }: PodSpec,
  field: string,
  owner: 'pod' | 'template',
): readonly FieldError[] {
  if (!hostNetwork) return [];
  return containers.flatMap(({ ports = [] }, index) =>
    ports.flatMap(({ containerPort, hostPort = 0 }, port) =>
      hostPort === containerPort || (owner === 'template' && hostPort === 0)
        ? []
        : [
            invalid(
              `${field}.containers[${index}].ports[${port}].hostPort`,
              hostPort,
              'must match `containerPort` when `hostNetwork` is true',
            ),
          ],
    ),
  );
}

function hostUsersErrors(spec: PodSpec, field: string): readonly FieldError[] {
  if (spec.hostUsers !== false) return [];
  const detail = 'when `hostUsers` is false';
  const errors: FieldError[] = [];
  if (spec.hostNetwork === true) errors.push(forbidden(`${field}.hostNetwork`, detail));
  if (spec.hostPID === true) errors.push(forbidden(`${field}.HostPID`, detail));
  if (spec.hostIPC === true) errors.push(forbidden(`${field}.HostIPC`, detail));
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    for (const [index, { volumeDevices = [] }] of (spec[list] ?? []).entries()) {
      if (volumeDevices.length > 0) errors.push(forbidden(`${field}.${list}[${index}].volumeDevices`, detail));
    }
  }
  return errors;
}

const MAX_HOST_NAME_BYTES = 64;

function hostNameErrors(
  { hostnameOverride: name, setHostnameAsFQDN, hostNetwork }: PodSpec,
  field: string,
): readonly FieldError[] {
  if (name === undefined) return [];
  const errors: FieldError[] = [];
  if (setHostnameAsFQDN === true) errors.push(forbidden(field, 'may not be specified when setHostnameAsFQDN is true'));
  if (hostNetwork === true) errors.push(forbidden(field, 'may not be specified when hostNetwork is true'));
  if (Buffer.byteLength(name) > MAX_HOST_NAME_BYTES) errors.push(tooLong(field, MAX_HOST_NAME_BYTES));
  return [...errors, ...subdomainProblems(name).map(problem => invalid(field, name, problem))];
}

import { invalid, type FieldError } from '../../../../src/api/field-error.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { PodSpec } from './pod-spec.ts';
import type { WindowsSecurityContextOptions } from './security-context.ts';

const MAX_SPEC_KIB = 64;
const MAX_DOMAIN_CHARS = 256;
const MAX_USER_CHARS = 104;
const NETBIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const DNS_LABEL = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;

/** Whose credentials, and which user, a process on Windows has. */
export function validateWindowsOptions(
  options: WindowsSecurityContextOptions | undefined,
  field: string,
): readonly FieldError[] {
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options ?? {};
  const errors: FieldError[] = [];
  if (name !== undefined) {
    errors.push(...subdomainProblems(name).map(problem => invalid(`${field}.gmsaCredentialSpecName`, name, problem)));
  }
  const path = `${field}.gmsaCredentialSpec`;
  if (spec === '') errors.push(invalid(path, spec, 'gmsaCredentialSpec cannot be an empty string'));
  else if (spec !== undefined && Buffer.byteLength(spec) > MAX_SPEC_KIB * 1024) {
    errors.push(invalid(path, spec, `gmsaCredentialSpec size must be under ${MAX_SPEC_KIB} KiB`));
  }
  if (user === undefined) return errors;
  return [...errors, ...userProblems(user).map(problem => invalid(`${field}.runAsUserName`, user, problem))];
}

function userProblems(name: string): readonly string[] {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  if (/\p{Cc}/u.test(name)) return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const user = parts.at(-1) ?? '';
  const domain = parts.length === 2 ? parts[0] : undefined;
  const problems: string[] = [];
  if (domain !== undefined && domain.length >= MAX_DOMAIN_CHARS) {
    problems.push(`runAsUserName's Domain length must be under ${MAX_DOMAIN_CHARS} characters`);
  }
  if (domain !== undefined && !NETBIOS.test(domain) && !domain.split('.').every(label => DNS_LABEL.test(label))) {
    problems.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  }
  if (user === '') problems.push("runAsUserName's User cannot be empty");
  else if (user.length > MAX_USER_CHARS) {
    problems.push(`runAsUserName's User length must not be longer than ${MAX_USER_CHARS} characters`);
  }
  if (/^[. ]+$/.test(user)) problems.push("runAsUserName's User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
    problems.push(`runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`);
  }
  return problems;
}

/** Processes of the host itself: all containers of a pod, or none. */
export function validateHostProcess(spec: PodSpec, field: string): readonly FieldError[] {
  const ofPod = spec.securityContext.windowsOptions?.hostProcess;
  const errors: FieldError[] = [];
  let containers = 0;
  let ofHost = 0;
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    for (const [index, { securityContext }] of (spec[list] ?? []).entries()) {
      const own = securityContext?.windowsOptions?.hostProcess;
      containers += 1;
      if ((own ?? ofPod) === true) ofHost += 1;
      if (ofPod === undefined || own === undefined || ofPod === own) continue;
      const path = `${field}.${list}[${index}].securityContext.windowsOptions.hostProcess`;
      const detail = `pod hostProcess value must be identical if both are specified, was ${ofPod}`;
      errors.push(invalid(path, own, detail));
    }
  }
  if (ofHost === 0) return errors;
  if (ofHost !== containers) {
    const detail = 'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    errors.push(invalid(field, '', detail));
  }
  if (spec.hostNetwork !== true) {
    const detail = 'hostNetwork must be true if pod contains any hostProcess containers';
    errors.push(invalid(`${field}.hostNetwork`, false, detail));
  }
  return errors;
}

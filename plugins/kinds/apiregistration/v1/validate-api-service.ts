import { invalid, notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';
import { dns1035LabelProblems } from '../../../../src/base/dns-label.ts';
import { pathSegmentProblems } from '../../../../src/base/path-segment.ts';
import { portProblems } from '../../../../src/base/port-problems.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { ApiServiceSpec, ApiServiceStatus, ServiceReference } from './api-service-spec.ts';

interface Parts {
  readonly metadata: { readonly name: string };
  readonly spec: ApiServiceSpec;
}

export function validateApiService({ metadata: { name }, spec }: Parts): readonly FieldError[] {
  const { group = '', version = '', groupPriorityMinimum, versionPriority } = spec;
  const named = `${version}.${group}`;
  const errors: FieldError[] = [];
  if (name !== '' && name !== named && pathSegmentProblems(name).length === 0) {
    errors.push(invalid('metadata.name', name, `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(named)}`));
  }
  if (group === '' && version !== 'v1') {
    errors.push(required('spec.group', 'only v1 may have an empty group and it better be legacy kube'));
  }
  if (group !== '') errors.push(...subdomainProblems(group).map(problem => invalid('spec.group', group, problem)));
  errors.push(...dns1035LabelProblems(version).map(problem => invalid('spec.version', version, problem)));
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > 20_000) {
    errors.push(invalid('spec.groupPriorityMinimum', groupPriorityMinimum, 'must be positive and less than 20000'));
  }
  if (versionPriority <= 0 || versionPriority > 1000) {
    errors.push(invalid('spec.versionPriority', versionPriority, 'must be positive and less than 1000'));
  }
  const { service } = spec;
  return [...errors, ...(service === undefined ? validateLocal(spec) : validateRemote(spec, service))];
}

function validateLocal({ caBundle = '', insecureSkipTLSVerify = false }: ApiServiceSpec): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (caBundle !== '') {
    const size = `${Buffer.byteLength(caBundle, 'base64')} bytes`;
    errors.push(invalid('spec.caBundle', size, 'local APIServices may not have a caBundle'));
  }
  if (insecureSkipTLSVerify) {
    errors.push(invalid('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify'));
  }
  return errors;
}

function validateRemote(spec: ApiServiceSpec, { namespace = '', name = '', port }: ServiceReference) {
  const errors: FieldError[] = [];
  if (namespace === '') errors.push(required('spec.service.namespace'));
  if (name === '') errors.push(required('spec.service.name'));
  const problems = portProblems(port);
  if (problems.length > 0) {
    errors.push(invalid('spec.service.port', port, `port is not valid: ${problems.join(', ')}`));
  }
  if (spec.insecureSkipTLSVerify === true && (spec.caBundle ?? '') !== '') {
    errors.push(invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'));
  }
  return errors;
}

const STATUSES: readonly string[] = ['True', 'False', 'Unknown'];

export const validateApiServiceStatus = ({ status }: { readonly status: ApiServiceStatus }): readonly FieldError[] =>
  (status.conditions ?? []).flatMap((condition, index) =>
    STATUSES.includes(condition.status)
      ? []
      : [notSupported(`status.conditions[${index}].status`, condition.status, STATUSES)],
  );

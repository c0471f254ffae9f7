import { invalid, notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { pathSegmentProblems } from '../../../../src/base/path-segment.ts';
import { portNameProblems, portProblems } from '../../../../src/base/port-problems.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { TypedLocalObjectReference } from '../../core/v1/persistent-volume-claim-spec.ts';
import type { HTTPIngressPath, IngressBackend, IngressServiceBackend } from './ingress-spec.ts';

export const validatePaths = (paths: readonly HTTPIngressPath[], field: string): readonly FieldError[] => [
  ...(paths.length === 0 ? [required(field)] : []),
  ...paths.flatMap((path, index) => validatePath(path, `${field}[${index}]`)),
];

const TYPES: readonly string[] = ['Exact', 'ImplementationSpecific', 'Prefix'];
const BANNED = ['//', '/./', '/../', '%2f', '%2F'];
const BANNED_ENDS = ['/..', '/.'];

function validatePath({ path = '', pathType, backend }: HTTPIngressPath, field: string): readonly FieldError[] {
  const type: string = pathType;
  if (type === '') return [required(`${field}.pathType`, 'pathType must be specified')];
  const wrong = (problem: string): FieldError => invalid(`${field}.path`, path, problem);
  const errors: FieldError[] = [];
  if (!TYPES.includes(type)) errors.push(notSupported(`${field}.pathType`, type, TYPES));
  else if (!path.startsWith('/') && !(pathType === 'ImplementationSpecific' && path === '')) {
    errors.push(wrong('must be an absolute path'));
  }
  if (pathType === 'Exact' || pathType === 'Prefix') {
    errors.push(...BANNED.filter(part => path.includes(part)).map(part => wrong(`must not contain '${part}'`)));
    errors.push(...BANNED_ENDS.filter(end => path.endsWith(end)).map(end => wrong(`cannot end with '${end}'`)));
  }
  return [...errors, ...validateBackend(backend, `${field}.backend`)];
}

export function validateBackend({ service, resource }: IngressBackend, field: string): readonly FieldError[] {
  if (service !== undefined && resource !== undefined) {
    return [invalid(field, '', 'cannot set both resource and service backends')];
  }
  if (resource !== undefined) return validateReference(resource, `${field}.resource`);
  return service === undefined
    ? [invalid(field, '', 'resource or service backend is required')]
    : validateService(service, field);
}

function validateService({ name, port }: IngressServiceBackend, field: string): readonly FieldError[] {
  const { name: portName = '', number = 0 } = port;
  const at = `${field}.service`;
  const ofName =
    name === ''
      ? [required(`${at}.name`)]
      : dnsLabelProblems(name).map(problem => invalid(`${at}.name`, name, problem));
  if (portName !== '' && number !== 0) {
    return [...ofName, invalid(field, '', 'cannot set both port name & port number')];
  }
  if (portName !== '') {
    return [...ofName, ...portNameProblems(portName).map(problem => invalid(`${at}.port.name`, portName, problem))];
  }
  if (number === 0) return [...ofName, required(field, 'port name or number is required')];
  return [...ofName, ...portProblems(number).map(problem => invalid(`${at}.port.number`, number, problem))];
}

/** An object of another kind, wherever one may be named. */
export function validateReference(
  { apiGroup, kind, name }: TypedLocalObjectReference,
  field: string,
): readonly FieldError[] {
  const segment = (part: 'kind' | 'name', value: string): readonly FieldError[] =>
    value === ''
      ? [required(`${field}.${part}`)]
      : pathSegmentProblems(value).map(problem => invalid(`${field}.${part}`, value, problem));
  return [
    ...(apiGroup === undefined ? [] : subdomainProblems(apiGroup)).map(problem =>
      invalid(`${field}.apiGroup`, apiGroup, problem),
    ),
    ...segment('kind', kind),
    ...segment('name', name),
  ];
}

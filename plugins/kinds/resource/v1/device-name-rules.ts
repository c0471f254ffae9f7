import { invalid, required, tooLong, type FieldError } from '../../../../src/api/field-error.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
import { regexProblem } from '../../../../src/base/name-problem.ts';
import { labelValueProblems, qualifiedNameProblems, subdomainProblems } from '../../../../src/base/qualified-name.ts';
import { driverNameErrors } from '../../storage/v1/driver-name-errors.ts';

const MAX_POOL_BYTES = 253;
const MAX_ID_BYTES = 32;
const IDENTIFIER = '[A-Za-z_][A-Za-z0-9_]*';
const isIdentifier = new RegExp(`^${IDENTIFIER}$`);

export const labelErrors = (name: string, field: string): readonly FieldError[] =>
  dnsLabelProblems(name).map(problem => invalid(field, name, problem));

export const subdomainErrors = (name: string, field: string): readonly FieldError[] =>
  name === '' ? [required(field)] : subdomainProblems(name).map(problem => invalid(field, name, problem));

/** Of a label's key, which is not left out. */
export const keyErrors = (key: string, field: string): readonly FieldError[] =>
  qualifiedNameProblems(key).map(problem => invalid(field, key, problem));

export const valueErrors = (value: string, field: string): readonly FieldError[] =>
  labelValueProblems(value).map(problem => invalid(field, value, problem));

/** Subdomains, parted by slashes. */
export function poolNameErrors(name: string, field: string): readonly FieldError[] {
  if (name === '') return [required(field)];
  return [
    ...(Buffer.byteLength(name) > MAX_POOL_BYTES ? [tooLong(field, MAX_POOL_BYTES)] : []),
    ...name.split('/').flatMap(part => subdomainProblems(part).map(problem => invalid(field, part, problem))),
  ];
}

/** Of an attribute or capacity: an identifier, perhaps after a domain. */
export function qualifiedErrors(name: string, field: string): readonly FieldError[] {
  const [first = '', second, ...more] = name.split('/');
  if (second === undefined) return identifierErrors(first, field);
  // Upstream looks at no more than two parts.
  if (more.length > 0) return [];
  return [
    ...(first === '' ? [invalid(field, '', 'the domain must not be empty')] : driverNameErrors(first, field)),
    ...(second === '' ? [invalid(field, '', 'the name must not be empty')] : identifierErrors(second, field)),
  ];
}

export const fullyQualifiedErrors = (name: string, field: string): readonly FieldError[] => [
  ...qualifiedErrors(name, field),
  ...(name.includes('/')
    ? []
    : [invalid(field, name, 'a fully qualified name must be a domain and a name separated by a slash')]),
];

function identifierErrors(id: string, field: string): readonly FieldError[] {
  const rule =
    "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'";
  return [
    ...(Buffer.byteLength(id) > MAX_ID_BYTES ? [tooLong(field, MAX_ID_BYTES)] : []),
    ...(isIdentifier.test(id)
      ? []
      : [invalid(field, id, regexProblem(rule, IDENTIFIER, 'my_name', 'MY_NAME', 'MyName'))]),
  ];
}

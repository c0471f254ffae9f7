import { invalid, notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { pathSegmentProblems } from '../../../../src/base/path-segment.ts';
import { subdomainProblems } from '../../../../src/base/qualified-name.ts';
import type { RoleRef, Subject } from './role-ref.ts';

const GROUP = 'rbac.authorization.k8s.io';

interface Binding {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[];
}

/**
 * Of both kinds of bindings, in upstream's order; `roleKinds` are what it may give. Within a namespace a service
 * account need not say its own: it is of none, then.
 */
export function validateBinding(
  { roleRef, subjects = [] }: Binding,
  roleKinds: readonly string[],
  isNamespaced: boolean,
): readonly FieldError[] {
  const { apiGroup, kind, name } = roleRef;
  const errors: FieldError[] = [];
  if (apiGroup !== GROUP) errors.push(notSupported('roleRef.apiGroup', apiGroup, [GROUP]));
  if (!roleKinds.includes(kind)) errors.push(notSupported('roleRef.kind', kind, roleKinds));
  if (name === '') errors.push(required('roleRef.name'));
  else errors.push(...pathSegmentProblems(name).map(problem => invalid('roleRef.name', name, problem)));
  return [
    ...errors,
    ...subjects.flatMap((subject, index) => validateSubject(subject, isNamespaced, `subjects[${index}]`)),
  ];
}

function validateSubject(subject: Subject, isNamespaced: boolean, field: string): readonly FieldError[] {
  const { kind, name, namespace = '', apiGroup = '' } = subject;
  const errors: FieldError[] = name === '' ? [required(`${field}.name`)] : [];
  if (kind === 'ServiceAccount') {
    if (name !== '') errors.push(...subdomainProblems(name).map(problem => invalid(`${field}.name`, name, problem)));
    if (apiGroup !== '') errors.push(notSupported(`${field}.apiGroup`, apiGroup, ['']));
    if (namespace === '' && !isNamespaced) errors.push(required(`${field}.namespace`));
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== GROUP) errors.push(notSupported(`${field}.apiGroup`, apiGroup, [GROUP]));
  } else {
    errors.push(notSupported(`${field}.kind`, kind, ['ServiceAccount', 'User', 'Group']));
  }
  return errors;
}

export const validateBindingUpdate = ({ roleRef }: Binding, { roleRef: old }: Binding): readonly FieldError[] =>
  isDeepEqual(roleRef, old) ? [] : [invalid('roleRef', asGoPrints(roleRef), 'cannot change roleRef')];

/** Go's own type of a reference has no names for JSON. */
const asGoPrints = ({ apiGroup, kind, name }: RoleRef): object => ({ APIGroup: apiGroup, Kind: kind, Name: name });

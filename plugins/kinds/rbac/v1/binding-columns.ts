import { ageColumn, nameColumn, text, wide } from '../../../../src/api/columns.ts';
import type { AnyObject } from '../../../../src/api/object-meta.ts';
import type { Column } from '../../../../src/api/resource.ts';
import type { RoleRef, Subject } from './role-ref.ts';

interface Binding extends AnyObject {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[];
}

const names = (binding: Binding, kind: string, nameOf: (subject: Subject) => string): string =>
  (binding.subjects ?? [])
    .filter(subject => subject.kind === kind)
    .map(nameOf)
    .join(', ');

/** Of both kinds of bindings. */
export const bindingColumns: readonly Column<Binding>[] = [
  nameColumn,
  text('Role', 'The role that is given.', ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
  ageColumn,
  wide('Users', 'Users it is given to.', binding => names(binding, 'User', ({ name }) => name)),
  wide('Groups', 'Groups it is given to.', binding => names(binding, 'Group', ({ name }) => name)),
  wide('ServiceAccounts', 'Service accounts it is given to.', binding =>
    names(binding, 'ServiceAccount', ({ namespace = '', name }) => `${namespace}/${name}`),
  ),
];

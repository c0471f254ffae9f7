import { type Stored, object, string } from '../../../../src/schema/schema.ts';

export const subject = object({
  kind: string().zero().doc('User, Group or ServiceAccount.').at(1),
  apiGroup: string().omitEmpty().doc('Its group.').at(2),
  name: string().zero().doc('Its name.').at(3),
  namespace: string().omitEmpty().doc('Namespace of a service account.').at(4),
})
  .named('io.k8s.api.rbac.v1.Subject')
  .atomic()
  .doc('Whom a role is given to.');
export type Subject = Stored<typeof subject>;

export const roleRef = object({
  apiGroup: string().whenEmpty('rbac.authorization.k8s.io').tells('').doc('Its group.').at(1),
  kind: string().zero().doc('Its kind.').at(2),
  name: string().zero().doc('Its name.').at(3),
})
  .named('io.k8s.api.rbac.v1.RoleRef')
  .atomic()
  .doc('The role that is given.');
export type RoleRef = Stored<typeof roleRef>;

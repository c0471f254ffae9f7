import { type Stored, object, string } from '../../../../src/schema/schema.ts';

export const subject = object({
  kind: string().at(1),
  apiGroup: string().omitEmpty().at(2),
  name: string().at(3),
  namespace: string().omitEmpty().at(4),
})
  .named('io.k8s.api.rbac.v1.Subject')
  .atomic();
export type Subject = Stored<typeof subject>;

export const roleRef = object({
  apiGroup: string().whenEmpty('rbac.authorization.k8s.io').at(1),
  kind: string().zero().at(2),
  name: string().zero().at(3),
})
  .named('io.k8s.api.rbac.v1.RoleRef')
  .atomic();
export type RoleRef = Stored<typeof roleRef>;

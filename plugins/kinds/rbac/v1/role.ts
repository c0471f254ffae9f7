import { validateRules } from './validate-rules.ts';
import { pathSegmentProblems } from '../../../../src/base/path-segment.ts';
import { createdAtColumn, nameColumn } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { policyRule } from './policy-rule.ts';
import { list } from '../../../../src/schema/schema.ts';

export const Role = defineResource({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  scope: 'Namespaced',
  createdByPut: true,
  doc: 'Rules that grant access within a namespace.',
  openapiName: 'io.k8s.api.rbac.v1.Role',
  fields: {
    rules: list(policyRule).orNull().doc('What is allowed.').at(2),
  },
  columns: [nameColumn, createdAtColumn],
  nameProblems: pathSegmentProblems,
  validate: ({ rules }) => validateRules(rules ?? [], true),
});
export type Role = ObjectOf<typeof Role>;

import { validateRules } from './validate-rules.ts';
import { pathSegmentProblems } from '../../../../src/base/path-segment.ts';
import { createdAtColumn, nameColumn } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { aggregationRule } from './aggregation-rule.ts';
import { policyRule } from './policy-rule.ts';
import { validateAggregation } from './validate-aggregation.ts';
import { list } from '../../../../src/schema/schema.ts';

export const ClusterRole = defineResource({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  scope: 'Cluster',
  createdByPut: true,
  doc: 'Rules that grant access in all or any namespaces.',
  openapiName: 'io.k8s.api.rbac.v1.ClusterRole',
  fields: {
    rules: list(policyRule).orNull().doc('What is allowed.').at(2),
    aggregationRule: aggregationRule.optional().doc('Roles whose rules are joined.').at(3),
  },
  columns: [nameColumn, createdAtColumn],
  nameProblems: pathSegmentProblems,
  validate: ({ rules, aggregationRule: rule }) => [
    ...validateRules(rules ?? [], false),
    ...(rule === undefined ? [] : validateAggregation(rule)),
  ],
});
export type ClusterRole = ObjectOf<typeof ClusterRole>;

import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import { type Stored, list, object } from '../../../../src/schema/schema.ts';

export const aggregationRule = object({
  clusterRoleSelectors: list(labelSelector).omitEmpty().doc('Their labels.').at(1),
})
  .named('io.k8s.api.rbac.v1.AggregationRule')
  .doc('Cluster roles whose rules are joined.');
export type AggregationRule = Stored<typeof aggregationRule>;

import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import { type Stored, list, object } from '../../../../src/schema/schema.ts';

export const aggregationRule = object({
  clusterRoleSelectors: list(labelSelector).omitEmpty().at(1),
}).named('io.k8s.api.rbac.v1.AggregationRule');
export type AggregationRule = Stored<typeof aggregationRule>;

import { nameColumn } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { usageColumns } from './usage-columns.ts';
import { METRICS_PRIORITY, usageWindow } from './usage-window.ts';
import { map, quantity } from '../../../../src/schema/schema.ts';

/** What columns are computed from. */
interface Parts {
  readonly window?: string;
  readonly usage: Readonly<Record<string, string>>;
}

export const NodeMetrics = defineResource({
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  kind: 'NodeMetrics',
  plural: 'nodes',
  singular: '',
  scope: 'Cluster',
  doc: 'What a node used lately.',
  openapiName: 'io.k8s.metrics.pkg.apis.metrics.v1beta1.NodeMetrics',
  fields: {
    ...usageWindow,
    usage: map(quantity()).zero().doc('How much of each resource.').at(4),
  },
  computed: true,
  yields: METRICS_PRIORITY,
  verbs: ['get', 'list'],
  columns: [nameColumn, ...usageColumns(({ usage }: Parts) => [usage])],
});
export type NodeMetrics = ObjectOf<typeof NodeMetrics>;

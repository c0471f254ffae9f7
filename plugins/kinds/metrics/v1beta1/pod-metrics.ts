import { nameColumn } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { listMap, map, object, quantity, string, type Stored } from '../../../../src/schema/schema.ts';
import { usageColumns } from './usage-columns.ts';
import { METRICS_PRIORITY, usageWindow } from './usage-window.ts';

const containerMetrics = object({
  name: string().zero().doc('Name of the container.').at(1),
  usage: map(quantity()).zero().doc('How much of each resource it used.').at(2),
})
  .named('io.k8s.metrics.pkg.apis.metrics.v1beta1.ContainerMetrics')
  .doc('What a container used lately.');
export type ContainerMetrics = Stored<typeof containerMetrics>;

/** What columns are computed from. */
interface Parts {
  readonly window?: string;
  readonly containers: readonly ContainerMetrics[];
}

export const PodMetrics = defineResource({
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  kind: 'PodMetrics',
  plural: 'pods',
  singular: '',
  scope: 'Namespaced',
  doc: 'What the containers of a pod used lately.',
  openapiName: 'io.k8s.metrics.pkg.apis.metrics.v1beta1.PodMetrics',
  fields: {
    ...usageWindow,
    containers: listMap(containerMetrics, 'name').zero().doc('What each of its containers used.').at(4),
  },
  computed: true,
  yields: METRICS_PRIORITY,
  verbs: ['get', 'list'],
  columns: [nameColumn, ...usageColumns(({ containers }: Parts) => containers.map(({ usage }) => usage))],
});
export type PodMetrics = ObjectOf<typeof PodMetrics>;

import { nameColumn, text } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { type Stored, listMap, object, string } from '../../../../src/schema/schema.ts';

const componentCondition = object({
  type: string().zero().doc('Name of the aspect: Healthy.').at(1),
  status: string().zero().doc('Whether it holds: True, False or Unknown.').at(2),
  message: string().omitEmpty().doc('Why, for people.').at(3),
  error: string().omitEmpty().doc('What went wrong when it was asked.').at(4),
})
  .named('io.k8s.api.core.v1.ComponentCondition')
  .doc('One aspect of the state of a part of the cluster.');
export type ComponentCondition = Stored<typeof componentCondition>;

/** What columns are computed from. */
interface Parts {
  readonly conditions?: readonly ComponentCondition[];
}

const health = ({ conditions = [] }: Parts): ComponentCondition | undefined =>
  conditions.find(({ type }) => type === 'Healthy');

function healthText(parts: Parts): string {
  const status = health(parts)?.status;
  if (status === undefined) return 'Unknown';
  return status === 'True' ? 'Healthy' : 'Unhealthy';
}

/** Kept nowhere: what is asked for is found out then. */
export const ComponentStatus = defineResource({
  group: '',
  version: 'v1',
  kind: 'ComponentStatus',
  plural: 'componentstatuses',
  shortNames: ['cs'],
  scope: 'Cluster',
  deprecation: 'v1 ComponentStatus is deprecated in v1.19+',
  doc: 'How a part of the control plane is.',
  openapiName: 'io.k8s.api.core.v1.ComponentStatus',
  computed: true,
  verbs: ['get', 'list'],
  fields: {
    conditions: listMap(componentCondition, 'type').omitEmpty().doc('How it is.').at(2),
  },
  columns: [
    nameColumn,
    text('Status', 'Whether it is well.', healthText),
    text('Message', 'Why.', (parts: Parts) => health(parts)?.message ?? ''),
    text('Error', 'What went wrong when it was asked.', (parts: Parts) => health(parts)?.error ?? ''),
  ],
});
export type ComponentStatus = ObjectOf<typeof ComponentStatus>;

import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { canonicalQuantity } from '../../../../src/base/quantity.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { resourceQuotaSpec, resourceQuotaStatus, type ResourceQuotaStatus } from './resource-quota-spec.ts';
import { quotaWarnings } from './quota-warnings.ts';
import { validateQuotaSpec, validateQuotaStatus, validateQuotaUpdate } from './validate-resource-quota.ts';

/** What columns are computed from. */
interface Parts {
  readonly status: ResourceQuotaStatus;
}

export const ResourceQuota = defineResource({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  shortNames: ['quota'],
  scope: 'Namespaced',
  generation: false,
  answersDeleted: true,
  doc: 'Limits of what all objects of a namespace use together.',
  openapiName: 'io.k8s.api.core.v1.ResourceQuota',
  fields: {
    spec: resourceQuotaSpec.present().doc('The limits.').at(2),
    status: resourceQuotaStatus.present().doc('What is used of them.').at(3),
  },
  status: true,
  columns: [
    nameColumn,
    text('Request', 'Used and allowed, of all but limits.', (quota: Parts) => usageText(quota, name => !isLimit(name))),
    text('Limit', 'Used and allowed, of limits.', (quota: Parts) => usageText(quota, isLimit)),
    ageColumn,
  ],
  validate: ({ spec, status }) => [...validateQuotaSpec(spec, 'spec'), ...validateQuotaStatus(status, 'status')],
  validateUpdate: validateQuotaUpdate,
  warnings: (quota, old) => (old === undefined ? quotaWarnings(quota.spec) : []),
});
export type ResourceQuota = ObjectOf<typeof ResourceQuota>;

const isLimit = (name: string): boolean => name.startsWith('limits.');

const usageText = ({ status: { hard = {}, used = {} } }: Parts, shown: (name: string) => boolean): string =>
  Object.entries(hard)
    .filter(([name]) => shown(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, amount]) => `${name}: ${canonicalQuantity(used[name] ?? '0')}/${canonicalQuantity(amount)}`)
    .join(', ');

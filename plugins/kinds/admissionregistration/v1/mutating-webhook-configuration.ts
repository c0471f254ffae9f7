import { ageColumn, integer, nameColumn } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { listMap } from '../../../../src/schema/schema.ts';
import { reservedNameWarnings } from './reserved-name-warnings.ts';
import { validateWebhooks } from './validate-webhooks.ts';
import { mutatingWebhook, type MutatingWebhook } from './webhook.ts';

/** What columns are computed from. */
interface Parts {
  readonly webhooks?: readonly MutatingWebhook[];
}

export const MutatingWebhookConfiguration = defineResource({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
  categories: ['api-extensions'],
  scope: 'Cluster',
  doc: 'Who is asked before objects are stored, and may change them.',
  openapiName: 'io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration',
  fields: {
    webhooks: listMap(mutatingWebhook, 'name').omitEmpty().doc('Who is asked, one after the other.').at(2),
  },
  generation: true,
  putByRevision: true,
  columns: [
    nameColumn,
    integer('Webhooks', 'How many there are.', ({ webhooks = [] }: Parts) => webhooks.length),
    ageColumn,
  ],
  validate: ({ webhooks }) => validateWebhooks(webhooks),
  warnings: reservedNameWarnings,
});
export type MutatingWebhookConfiguration = ObjectOf<typeof MutatingWebhookConfiguration>;

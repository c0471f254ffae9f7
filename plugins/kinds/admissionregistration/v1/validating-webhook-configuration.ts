import { ageColumn, integer, nameColumn } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { listMap } from '../../../../src/schema/schema.ts';
import { reservedNameWarnings } from './reserved-name-warnings.ts';
import { validateWebhooks } from './validate-webhooks.ts';
import { validatingWebhook, type ValidatingWebhook } from './webhook.ts';

/** What columns are computed from. */
interface Parts {
  readonly webhooks?: readonly ValidatingWebhook[];
}

export const ValidatingWebhookConfiguration = defineResource({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  categories: ['api-extensions'],
  scope: 'Cluster',
  doc: 'Who is asked before requests are granted, and may refuse them.',
  openapiName: 'io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration',
  fields: {
    webhooks: listMap(validatingWebhook, 'name').omitEmpty().doc('Who is asked, all at once.').at(2),
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
export type ValidatingWebhookConfiguration = ObjectOf<typeof ValidatingWebhookConfiguration>;

import { ageColumn, nameColumn } from '../../../../src/api/columns.ts';
import { placed } from '../../../../src/api/field-error.ts';
import { objectMeta } from '../../../../src/api/object-meta-schema.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { validateAnnotations, validateLabels } from '../../../../src/api/validate-metadata.ts';
import { object } from '../../../../src/schema/schema.ts';
import { fixedPart } from './fixed-part.ts';
import { resourceClaimSpec, withCounts } from './resource-claim-spec.ts';
import { validateResourceClaimSpec } from './validate-device-claim.ts';

const resourceClaimTemplateSpec = object({
  metadata: objectMeta.present().doc('Labels and annotations of the claims.').at(1),
  spec: resourceClaimSpec.zero().doc('What they ask for.').at(2),
})
  .named('io.k8s.api.resource.v1.ResourceClaimTemplateSpec')
  .doc('Claims to be made.');

export const ResourceClaimTemplate = defineResource({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceClaimTemplate',
  plural: 'resourceclaimtemplates',
  scope: 'Namespaced',
  answersDeleted: true,
  doc: 'Claims to be made, one a pod.',
  openapiName: 'io.k8s.api.resource.v1.ResourceClaimTemplate',
  fields: {
    spec: resourceClaimTemplateSpec.zero().doc('The claims.').at(2),
  },
  columns: [nameColumn, ageColumn],
  defaults: template => ({ ...template, spec: { ...template.spec, spec: withCounts(template.spec.spec) } }),
  validate: ({ spec: { metadata, spec } }) =>
    placed('', [
      ...validateAnnotations(metadata.annotations, 'spec.metadata.annotations'),
      ...validateLabels(metadata.labels, 'spec.metadata.labels'),
      ...validateResourceClaimSpec(spec, 'spec.spec'),
    ]),
  validateUpdate: ({ spec }, old) => fixedPart(resourceClaimTemplateSpec, 'spec', spec, old.spec),
});
export type ResourceClaimTemplate = ObjectOf<typeof ResourceClaimTemplate>;

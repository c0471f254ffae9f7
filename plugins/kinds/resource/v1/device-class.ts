import { ageColumn, nameColumn } from '../../../../src/api/columns.ts';
import { invalid, placed, type FieldError } from '../../../../src/api/field-error.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { qualifiedNameProblems } from '../../../../src/base/qualified-name.ts';
import { type Stored, list, object, string } from '../../../../src/schema/schema.ts';
import { deviceClassConfiguration } from './device-configuration.ts';
import { deviceSelector } from './device-selector.ts';
import { configurationErrors, selectorErrors } from './validate-device-claim.ts';
import { eachOf } from './each-of.ts';

const MAX_CONFIGURATIONS = 32;

const deviceClassSpec = object({
  selectors: list(deviceSelector).omitEmpty().doc('Which devices are of it; all unless given.').at(1),
  config: list(deviceClassConfiguration).omitEmpty().doc('How they are set up.').at(2),
  extendedResourceName: string().optional().doc('What pods may ask for instead of a claim.').at(4),
})
  .named('io.k8s.api.resource.v1.DeviceClassSpec')
  .doc('Devices of one class.');
type DeviceClassSpec = Stored<typeof deviceClassSpec>;

export const DeviceClass = defineResource({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'DeviceClass',
  plural: 'deviceclasses',
  scope: 'Cluster',
  generation: true,
  answersDeleted: true,
  doc: 'Devices that may stand for one another.',
  openapiName: 'io.k8s.api.resource.v1.DeviceClass',
  fields: {
    spec: deviceClassSpec.zero().doc('Which devices, and how they are set up.').at(2),
  },
  columns: [nameColumn, ageColumn],
  validate: ({ spec }) => placed('', validateSpec(spec)),
});
export type DeviceClass = ObjectOf<typeof DeviceClass>;

function validateSpec({
  selectors = [],
  config = [],
  extendedResourceName: name,
}: DeviceClassSpec): readonly FieldError[] {
  return [
    ...selectorErrors(selectors, 'spec.selectors'),
    ...eachOf(config, MAX_CONFIGURATIONS, 'spec.config', ({ opaque }, field) => configurationErrors(opaque, field)),
    ...(name === undefined || isExtended(name)
      ? []
      : [invalid('spec.extendedResourceName', name, 'must be a valid extended resource name')]),
  ];
}

const isExtended = (name: string): boolean =>
  name.includes('/') &&
  !name.includes('kubernetes.io/') &&
  !name.startsWith('requests.') &&
  qualifiedNameProblems(`requests.${name}`).length === 0;

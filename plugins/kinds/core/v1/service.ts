import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { ageColumn, nameColumn } from '../../../../src/api/columns.ts';
import { serviceSpec } from './service-spec.ts';
import { serviceStatus } from './service-status.ts';
import { prepareServiceUpdate } from './prepare-service-update.ts';
import { defaultService } from './service-defaults.ts';

export const Service = defineResource({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  scope: 'Namespaced',
  doc: 'A stable address and name in front of a set of pods.',
  openapiName: 'io.k8s.api.core.v1.Service',
  status: true,
  columns: [nameColumn, ageColumn],
  fields: {
    spec: serviceSpec.expected().doc('What it shall be.').at(2),
    status: serviceStatus.present().doc('What it is.').at(3),
  },
  defaults: defaultService,
  prepareForUpdate: prepareServiceUpdate,
});
export type Service = ObjectOf<typeof Service>;

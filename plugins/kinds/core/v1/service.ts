import { validateService, validateServiceUpdate } from './validate-service.ts';
import { dns1035LabelProblems } from '../../../../src/base/dns-label.ts';
import { serviceColumns } from './service-columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
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
  createdByPut: true,
  doc: 'A stable address and name in front of a set of pods.',
  openapiName: 'io.k8s.api.core.v1.Service',
  fields: {
    spec: serviceSpec.expected().doc('What it shall be.').at(2),
    status: serviceStatus.present().doc('What it is.').at(3),
  },
  status: true,
  generation: false,
  columns: serviceColumns,
  selectableFields: {
    'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '',
    'spec.type': ({ spec }) => spec.type,
  },
  nameProblems: dns1035LabelProblems,
  defaults: defaultService,
  prepareForUpdate: prepareServiceUpdate,
  validate: validateService,
  validateUpdate: validateServiceUpdate,
});
export type Service = ObjectOf<typeof Service>;

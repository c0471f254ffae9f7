import { placed } from '../../../../src/api/field-error.ts';
import { serviceWarnings } from './service-warnings.ts';
import { validateBalancerStatus } from './validate-balancer-status.ts';
import { validateService } from './validate-service.ts';
import { validateServiceUpdate } from './validate-service-update.ts';
import { dnsLabelProblems } from '../../../../src/base/dns-label.ts';
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
  answersDeleted: true,
  columns: serviceColumns,
  selectableFields: {
    'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '',
    'spec.type': ({ spec }) => spec.type,
  },
  nameProblems: dnsLabelProblems,
  defaults: defaultService,
  prepareForUpdate: prepareServiceUpdate,
  validate: service => placed('', validateService(service)),
  validateUpdate: validateServiceUpdate,
  validateStatusUpdate: validateBalancerStatus,
  warnings: serviceWarnings,
});
export type Service = ObjectOf<typeof Service>;

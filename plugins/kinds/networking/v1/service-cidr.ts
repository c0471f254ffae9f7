import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { condition } from '../../../../src/api/condition-schema.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { type Stored, list, listMap, object, string } from '../../../../src/schema/schema.ts';
import { validateServiceCidr, validateServiceCidrUpdate } from './validate-service-cidr.ts';

const serviceCidrSpec = object({
  cidrs: list(string()).omitEmpty().doc('A range of addresses, or one of each family.').at(1),
})
  .named('io.k8s.api.networking.v1.ServiceCIDRSpec')
  .doc('Ranges of addresses.');
export type ServiceCIDRSpec = Stored<typeof serviceCidrSpec>;

const serviceCidrStatus = object({
  conditions: listMap(condition, 'type').omitEmpty().doc('Whether it is in use.').at(1),
})
  .named('io.k8s.api.networking.v1.ServiceCIDRStatus')
  .doc('Whether ranges are in use.');
export type ServiceCIDRStatus = Stored<typeof serviceCidrStatus>;

export const ServiceCIDR = defineResource({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'ServiceCIDR',
  plural: 'servicecidrs',
  scope: 'Cluster',
  generation: false,
  doc: 'Addresses that services may have.',
  openapiName: 'io.k8s.api.networking.v1.ServiceCIDR',
  fields: {
    spec: serviceCidrSpec.present().doc('The addresses.').at(2),
    status: serviceCidrStatus.present().doc('Whether it is in use.').at(3),
  },
  status: true,
  columns: [
    nameColumn,
    text('CIDRs', 'The addresses.', ({ spec }: { readonly spec: ServiceCIDRSpec }) => (spec.cidrs ?? []).join(',')),
    ageColumn,
  ],
  validateCreate: validateServiceCidr,
  validateUpdate: validateServiceCidrUpdate,
});
export type ServiceCIDR = ObjectOf<typeof ServiceCIDR>;

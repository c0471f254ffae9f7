import { ageColumn, nameColumn } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { localObjectReference } from './local-object-reference.ts';
import { objectReference } from './object-reference.ts';
import { boolean, list, listMap } from '../../../../src/schema/schema.ts';

export const ServiceAccount = defineResource({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  scope: 'Namespaced',
  answersDeleted: true,
  doc: 'An identity for the processes in pods.',
  openapiName: 'io.k8s.api.core.v1.ServiceAccount',
  fields: {
    secrets: listMap(objectReference, 'name').omitEmpty().doc('Secrets its pods may use.').at(2),
    imagePullSecrets: list(localObjectReference).omitEmpty().doc('Secrets to pull images with.').at(3),
    automountServiceAccountToken: boolean().optional().doc('Whether pods get a token.').at(4),
  },
  columns: [nameColumn, ageColumn],
});
export type ServiceAccount = ObjectOf<typeof ServiceAccount>;

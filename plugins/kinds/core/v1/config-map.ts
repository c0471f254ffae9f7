import { validateConfigMap, validateSealed } from './validate-data.ts';
import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { boolean, bytes, map, string } from '../../../../src/schema/schema.ts';

export const ConfigMap = defineResource({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  shortNames: ['cm'],
  scope: 'Namespaced',
  doc: 'Configuration as keys and values, for pods to read.',
  openapiName: 'io.k8s.api.core.v1.ConfigMap',
  fields: {
    immutable: boolean().optional().doc('It cannot change any more.').at(4),
    data: map(string()).omitEmpty().doc('Texts by key.').at(2),
    binaryData: map(bytes()).omitEmpty().doc('Bytes by key.').at(3),
  },
  columns: [
    nameColumn,
    text(
      'Data',
      'How many keys it has.',
      ({ data = {}, binaryData = {} }) => Object.keys(data).length + Object.keys(binaryData).length,
    ),
    ageColumn,
  ],
  validate: validateConfigMap,
  validateUpdate: validateSealed,
});
export type ConfigMap = ObjectOf<typeof ConfigMap>;

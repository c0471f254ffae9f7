import { ageColumn, nameColumn, text } from '../../../../src/api/columns.ts';
import { forbidden, required, type FieldError } from '../../../../src/api/field-error.ts';
import { defineResource, type ObjectOf } from '../../../../src/api/resource.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { map, string } from '../../../../src/schema/schema.ts';
import { parameterErrors, provisionerErrors } from './validate-storage-class.ts';

/** What columns and rules are computed from. */
interface Parts {
  readonly driverName: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

export const VolumeAttributesClass = defineResource({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttributesClass',
  plural: 'volumeattributesclasses',
  shortNames: ['vac'],
  scope: 'Cluster',
  answersDeleted: true,
  doc: 'Attributes of volumes that may change while they are used.',
  openapiName: 'io.k8s.api.storage.v1.VolumeAttributesClass',
  fields: {
    driverName: string().doc('The driver of CSI that knows them.').at(2),
    parameters: map(string()).omitEmpty().doc('What the driver is told.').at(3),
  },
  columns: [
    nameColumn,
    text('DriverName', 'The driver of CSI that knows them.', ({ driverName }: Parts) => driverName),
    ageColumn,
  ],
  validate: validateClass,
  validateUpdate: validateClassUpdate,
});
export type VolumeAttributesClass = ObjectOf<typeof VolumeAttributesClass>;

function validateClass({ driverName, parameters = {} }: Parts): readonly FieldError[] {
  const isEmpty = Object.keys(parameters).length === 0;
  return [
    ...provisionerErrors(driverName, 'driverName'),
    ...parameterErrors(parameters),
    ...(isEmpty ? [required('parameters', 'must contain at least one key/value pair')] : []),
  ];
}

function validateClassUpdate({ driverName, parameters }: Parts, old: Parts): readonly FieldError[] {
  return [
    ...(driverName === old.driverName ? [] : [forbidden('driverName', 'updates to driverName are forbidden.')]),
    ...(isDeepEqual(parameters ?? {}, old.parameters ?? {})
      ? []
      : [forbidden('parameters', 'updates to parameters are forbidden.')]),
  ];
}

import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { invalid, type FieldError } from '../../../../src/api/field-error.ts';
import type { JsonSchemaProps } from '../v1/json-schema-props.ts';
import { pruneValue } from './prune-value.ts';
import { itemsOf } from './schema-parts.ts';
import { validate } from './validate-value.ts';

/** A default must hold by the schema it stands in, and say nothing that this does not describe. */
export function validateDefaults(schema: JsonSchemaProps, field: string): readonly FieldError[] {
  const items = itemsOf(schema);
  return [
    ...(schema.default === undefined ? [] : defaultErrors(schema, `${field}.default`)),
    ...(items === undefined ? [] : validateDefaults(items, `${field}.items`)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, member]) =>
      validateDefaults(member, `${field}.properties[${name}]`),
    ),
  ];
}

function defaultErrors(schema: JsonSchemaProps, field: string): readonly FieldError[] {
  const value = schema.default;
  const { value: pruned } = pruneValue(schema, value);
  const { errors } = validate(schema, value, '');
  return [
    ...(isDeepEqual(pruned, value) ? [] : [invalid(field, value, 'must not have unknown fields')]),
    ...errors.map(error => ({ ...error, field: error.field === '<nil>' ? field : `${field}.${error.field}` })),
  ];
}

import { invalid, type FieldError } from '../../src/api/field-error.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import { isRecord, own } from '../../src/base/is-record.ts';
import { isWideInteger } from '../../src/base/wide-integer.ts';
import type { CustomResourceDefinitionVersion } from '../kinds/apiextensions/v1/custom-resource-definition-spec.ts';
import type { JsonSchemaProps } from '../kinds/apiextensions/v1/json-schema-props.ts';
import { repeatedItems } from '../kinds/apiextensions/json-schema/repeated-items.ts';
import { textOfValue } from './text-of-value.ts';
import { validateValue } from '../kinds/apiextensions/json-schema/validate-value.ts';

/** What objects of one version are held against. */
export interface CustomRules {
  readonly schema: JsonSchemaProps;
  readonly scale: NonNullable<CustomResourceDefinitionVersion['subresources']>['scale'];
  readonly hasStatus: boolean;
}

/** What is wrong with a custom object besides its metadata, and what its rules in CEL say. */
export function validateCustomObject(
  { schema, scale }: CustomRules,
  object: AnyObject,
  old?: AnyObject,
): readonly FieldError[] {
  const wasRepeated = old !== undefined && repeatedItems(schema, old).length > 0;
  return [
    ...validateValue(schema, object, old),
    ...(scale === undefined ? [] : scaleErrors(scale, object)),
    ...(wasRepeated ? [] : repeatedItems(schema, object)),
  ];
}

const BLOCKING: ReadonlySet<FieldError['type']> = new Set<FieldError['type']>([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);
/** With such an error a value is not what its rules may take it for. */
export const isBlocking = ({ type }: FieldError): boolean => BLOCKING.has(type);

export const NOT_EVALUATED = invalid(
  '<nil>',
  null,
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
);

const MAX_REPLICAS = 2 ** 31 - 1;

function scaleErrors(scale: NonNullable<CustomRules['scale']>, object: AnyObject): readonly FieldError[] {
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale;
  return [
    ...replicasErrors(specReplicasPath, object),
    ...replicasErrors(statusReplicasPath, object),
    ...(labelSelectorPath === undefined ? [] : selectorErrors(labelSelectorPath, object)),
  ];
}

function replicasErrors(path: string, object: AnyObject): readonly FieldError[] {
  const value = valueAt(object, path);
  if (value === undefined) return [];
  if (typeof value !== 'number' || !Number.isInteger(value))
    return [invalid(path, 0, accessorError(path, value, 'int64'))];
  if (value < 0) return [invalid(path, value, 'should be a non-negative integer')];
  return value > MAX_REPLICAS ? [invalid(path, value, `should be less than or equal to ${MAX_REPLICAS}`)] : [];
}

function selectorErrors(path: string, object: AnyObject): readonly FieldError[] {
  const value = valueAt(object, path);
  return value === undefined || typeof value === 'string'
    ? []
    : [invalid(path, '', accessorError(path, value, 'string'))];
}

const valueAt = (object: AnyObject, path: string): unknown =>
  path
    .replace(/^\./, '')
    .split('.')
    .reduce<unknown>((value, name) => (isRecord(value) ? own(value, name) : undefined), object);

/** As apimachinery's NestedInt64 and NestedString word it. */
const accessorError = (path: string, value: unknown, expected: string): string =>
  `${path} accessor error: ${textOfValue(value)} is of the type ${goType(value)}, expected ${expected}`;

function goType(value: unknown): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (isWideInteger(value)) return 'float64';
  return typeof value === 'number'
    ? 'float64'
    : typeof value === 'boolean'
      ? 'bool'
      : typeof value === 'string'
        ? 'string'
        : 'map[string]interface {}';
}

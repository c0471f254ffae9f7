import { notSupported, required, tooMany, type FieldError } from '../../../../src/api/field-error.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { isRecord, own } from '../../../../src/base/is-record.ts';
import { isWideInteger } from '../../../../src/base/wide-integer.ts';
import type { JsonSchemaProps } from '../v1/json-schema-props.ts';
import { additionalOf, itemsOf } from './schema-parts.ts';
import { validateAlternatives } from './validate-alternatives.ts';
import { validateNumber } from './validate-number.ts';
import { validateText } from './validate-text.ts';
import { complaint, typeComplaint } from './value-complaint.ts';
import { failed, joined, VALID, type ValidationResult } from './validation-result.ts';

/**
 * What is wrong with a value, by its schema; kube-openapi's validation, worded as it words it. Where a value is
 * changed, parts that are as they were in `old` are let pass, whatever their schema says now (KEP-4008).
 */
export function validateValue(schema: JsonSchemaProps, value: unknown, old?: unknown): readonly FieldError[] {
  return validate(schema, value, '', old).errors;
}

/** `path` has no dot in front; '' is the whole. `old` is undefined where there was none. */
export function validate(schema: JsonSchemaProps, value: unknown, path: string, old?: unknown): ValidationResult {
  if (old !== undefined && isDeepEqual(value, old)) return VALID;
  const typed = validateType(schema, value, path);
  const listed = validateEnum(schema, value, path);
  if (value === null) return joined([typed, listed]);
  return joined([
    typed,
    validateAlternatives(schema, value, path, old, validate),
    ...(typeof value === 'string' ? [validateText(schema, value, path)] : []),
    ...(typeof value === 'number' || isWideInteger(value) ? [validateNumber(schema, value, path)] : []),
    ...(Array.isArray(value) ? [validateList(schema, value, path, old)] : []),
    listed,
    ...(isRecord(value) ? [validateMembers(schema, value, path, old)] : []),
  ]);
}

function validateType(schema: JsonSchemaProps, value: unknown, path: string): ValidationResult {
  const types = schema['x-kubernetes-int-or-string'] === true ? ['integer', 'string'] : [schema.type ?? ''];
  if (types.includes('') || (value === null && schema.nullable === true)) return VALID;
  const found = typeOf(value);
  const fits = types.includes(found) || (found === 'integer' && types.includes('number'));
  return fits ? VALID : failed(typeComplaint(path, types.join(','), found));
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (isWideInteger(value)) return 'integer';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function validateEnum({ enum: values = [] }: JsonSchemaProps, value: unknown, path: string): ValidationResult {
  if (values.length === 0 || values.some(each => isDeepEqual(each, value))) return VALID;
  const texts = values.map(each => (typeof each === 'string' ? each : JSON.stringify(each)));
  return failed(notSupported(named(path), value, texts));
}

function validateList(
  schema: JsonSchemaProps,
  value: readonly unknown[],
  path: string,
  old: unknown,
): ValidationResult {
  const items = itemsOf(schema);
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = schema;
  const before = items === undefined ? undefined : oldItems(schema, old);
  const errors = [
    ...(value.length < minItems ? [complaint(path, value.length, `should have at least ${minItems} items`)] : []),
    ...(value.length > maxItems ? [tooMany(named(path), value.length, maxItems)] : []),
  ];
  return joined([
    ...(items === undefined
      ? []
      : value.map((item, index) => validate(items, item, `${path}[${index}]`, before?.(item)))),
    failed(...errors),
  ]);
}

/** What an item was before: only of lists whose items are told apart by keys can that be said. */
function oldItems(schema: JsonSchemaProps, old: unknown): ((item: unknown) => unknown) | undefined {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (!Array.isArray(old) || schema['x-kubernetes-list-type'] !== 'map') return undefined;
  const keyOf = (item: unknown): string =>
    JSON.stringify(isRecord(item) ? keys.map(key => own(item, key) ?? null) : null);
  const byKey = new Map(old.map((item: unknown) => [keyOf(item), item]));
  return item => byKey.get(keyOf(item));
}

function validateMembers(
  schema: JsonSchemaProps,
  value: Readonly<Record<string, unknown>>,
  path: string,
  old: unknown,
): ValidationResult {
  const count = Object.keys(value).length;
  const { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY, properties = {} } = schema;
  const additional = additionalOf(schema);
  const before = (name: string): unknown => (isRecord(old) ? own(old, name) : undefined);
  const inner = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const errors = [
    ...(count < minProperties ? [complaint(path, count, `should have at least ${minProperties} properties`)] : []),
    ...(count > maxProperties ? [tooMany(named(path), count, maxProperties)] : []),
    ...(schema.additionalProperties === false
      ? Object.keys(value)
          .filter(name => !Object.hasOwn(properties, name))
          .map(name => ({ ...complaint(path, name, ''), detail: `${path}.${name} in body is a forbidden property` }))
      : []),
  ];
  return joined([
    failed(...errors),
    ...(additional === undefined
      ? []
      : Object.entries(value)
          .filter(([name]) => !Object.hasOwn(properties, name))
          .map(([name, member]) => validate(additional, member, inner(name), before(name)))),
    ...Object.entries(properties)
      .filter(([name]) => Object.hasOwn(value, name))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => validate(member, value[name], inner(name), before(name))),
    failed(...(schema.required ?? []).filter(name => !Object.hasOwn(value, name)).map(name => required(inner(name)))),
  ]);
}

const named = (path: string): string => (path === '' ? '<nil>' : path);

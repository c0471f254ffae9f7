import { forbidden, invalid, notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';
import { own } from '../../../../src/base/is-record.ts';
import type { JsonSchemaProps } from '../v1/json-schema-props.ts';
import { itemsOf } from './schema-parts.ts';

/** What a schema says of how its list is merged must fit its items. */
export function validateListRules(schema: JsonSchemaProps, field: string): readonly FieldError[] {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const typeField = `${field}.x-kubernetes-list-type`;
  const isKnown = listType === undefined || ['atomic', 'set', 'map'].includes(listType);
  return [
    ...(listType === undefined ? [] : arrayErrors(schema, listType, field)),
    ...(isKnown ? [] : [notSupported(typeField, listType, ['atomic', 'set', 'map'])]),
    ...(keys.length === 0 || listType === 'map' ? [] : [keysNeedMap(typeField, listType)]),
    ...(listType === 'map' ? mapErrors(schema, keys, field) : []),
    ...(listType === 'map' || listType === 'set' ? itemErrors(schema, listType, keys, field) : []),
  ];
}

function arrayErrors(schema: JsonSchemaProps, listType: string, field: string): readonly FieldError[] {
  const { type = '' } = schema;
  const mustBe = 'must be array if x-kubernetes-list-type is specified';
  if (type !== 'array') {
    return [type === '' ? required(`${field}.type`, mustBe) : invalid(`${field}.type`, type, mustBe)];
  }
  const items = itemsOf(schema);
  const mustBeAtomic = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  if (listType !== 'set' || items === undefined) return [];
  const inner = items['x-kubernetes-list-type'] ?? null;
  if (items.type === 'array' && inner !== null && inner !== 'atomic') {
    return [invalid(`${field}.items.x-kubernetes-list-type`, inner, mustBeAtomic)];
  }
  return items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic'
    ? [invalid(`${field}.items.x-kubernetes-map-type`, inner, mustBeAtomic)]
    : [];
}

function keysNeedMap(field: string, listType: string | undefined): FieldError {
  const mustBe = 'must be map if x-kubernetes-list-map-keys is non-empty';
  return listType === undefined ? required(field, mustBe) : invalid(field, listType, mustBe);
}

function mapErrors(schema: JsonSchemaProps, keys: readonly string[], field: string): readonly FieldError[] {
  const keysField = `${field}.x-kubernetes-list-map-keys`;
  const items = itemsOf(schema);
  const noKeys = keys.length === 0 ? [required(keysField, 'must not be empty if x-kubernetes-list-type is map')] : [];
  if (items === undefined) {
    return [...noKeys, required(`${field}.items`, 'must have a schema if x-kubernetes-list-type is map')];
  }
  if (items.type !== 'object') {
    const mustBe = "must be object if parent array's x-kubernetes-list-type is map";
    return [...noKeys, invalid(`${field}.items.type`, items.type ?? '', mustBe)];
  }
  const ofKeys = keys.flatMap((key, index): readonly FieldError[] => {
    const member = own(items.properties ?? {}, key) as JsonSchemaProps | undefined;
    const mustBeScalar = "must be a scalar type if parent array's x-kubernetes-list-type is map";
    return [
      ...(member === undefined ? [invalid(keysField, keys, 'entries must all be names of item properties')] : []),
      ...(member?.type === 'array' || member?.type === 'object'
        ? [invalid(`${field}.items.properties[${key}].type`, items.type, mustBeScalar)]
        : []),
      ...(keys.indexOf(key) < index ? [invalid(keysField, keys, 'must not contain duplicate entries')] : []),
    ];
  });
  return [...noKeys, ...ofKeys];
}

/** Items are told apart by their keys, so that these must be there. */
function itemErrors(
  schema: JsonSchemaProps,
  listType: string,
  keys: readonly string[],
  field: string,
): readonly FieldError[] {
  const items = itemsOf(schema);
  if (items === undefined) return [];
  const noNull =
    items.nullable === true
      ? [forbidden(`${field}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`)]
      : [];
  if (listType !== 'map') return noNull;
  const ofKeys = keys.flatMap(key => {
    const member = own(items.properties ?? {}, key) as JsonSchemaProps | undefined;
    if (member === undefined) return [];
    const at = `${field}.items.properties[${key}]`;
    const isThere = member.default !== undefined || (items.required ?? []).includes(key);
    return [
      ...(isThere ? [] : [required(`${at}.default`, `${IN_KEYS} must have a default or be a required property`)]),
      ...(member.nullable === true ? [forbidden(`${at}.nullable`, `${IN_KEYS} cannot be nullable`)] : []),
    ];
  });
  return [...noNull, ...ofKeys];
}

const IN_KEYS = 'this property is in x-kubernetes-list-map-keys, so it';

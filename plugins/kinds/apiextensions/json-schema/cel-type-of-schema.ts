import { DATE_SIZE } from '../../../../src/cel/adapt.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  STRING,
  TIMESTAMP,
  listOf,
  mapOf,
  objectOf,
  sized,
  type CelField,
  type CelType,
} from '../../../../src/cel/cel-type.ts';
import { escapeName } from '../../../../src/cel/escape-name.ts';
import type { JsonSchemaProps } from '../v1/json-schema-props.ts';
import { additionalOf, itemsOf } from './schema-parts.ts';

/** What a request may be large, by which values without a limit are bounded. */
export const MAX_REQUEST_BYTES = 3 * 1024 * 1024;

/** The type of what a schema describes, and how few bytes a value of it can be written in. */
export interface SchemaType {
  readonly type: CelType;
  readonly minBytes: number;
}

const MAX_DURATION = 32;
const MAX_DATETIME = 32;

/** Undefined for what expressions do not see. `isRoot`: a whole object of Kubernetes. */
export function celTypeOfSchema(schema: JsonSchemaProps, isRoot: boolean, name: string): SchemaType | undefined {
  if (schema['x-kubernetes-int-or-string'] === true) {
    const longest = schema.maxLength === undefined ? MAX_REQUEST_BYTES - 2 : 4 * Math.max(0, schema.maxLength);
    return { type: sized(DYN, longest), minBytes: 1 };
  }
  switch (schema.type) {
    case 'array':
      return listType(schema, name);
    case 'object':
      return objectType(isRoot ? withObjectMeta(schema) : schema, name);
    case 'string':
      return textType(schema);
    case 'boolean':
      return { type: sized(BOOL, 0), minBytes: 4 };
    case 'number':
      return { type: sized(DOUBLE, 0), minBytes: 1 };
    case 'integer':
      return { type: sized(INT, 0), minBytes: 1 };
    default:
      return undefined;
  }
}

function listType(schema: JsonSchemaProps, name: string): SchemaType | undefined {
  const items = itemsOf(schema);
  const item = items && celTypeOfSchema(items, items['x-kubernetes-embedded-resource'] === true, `${name}.@idx`);
  if (item === undefined) return undefined;
  const most = schema.maxItems ?? Math.floor((MAX_REQUEST_BYTES - 2) / (item.minBytes + 1));
  const list = sized(listOf(item.type), Math.max(0, most));
  const kind = schema['x-kubernetes-list-type'];
  if (kind === 'set') return { type: { ...list, listKeys: 'set' }, minBytes: 2 };
  const keys = kind === 'map' ? schema['x-kubernetes-list-map-keys'] : undefined;
  return {
    type: keys === undefined ? list : { ...list, listKeys: keys.map(key => escapeName(key) ?? key) },
    minBytes: 2,
  };
}

function objectType(schema: JsonSchemaProps, name: string): SchemaType | undefined {
  const additional = additionalOf(schema);
  if (additional !== undefined) {
    const isRoot = additional['x-kubernetes-embedded-resource'] === true;
    const value = celTypeOfSchema(additional, isRoot, `${name}.@elem`);
    if (value === undefined) return undefined;
    const most = schema.maxProperties ?? Math.floor((MAX_REQUEST_BYTES - 2) / (value.minBytes + 6));
    return { type: sized(mapOf(sized(STRING, 0), value.type), Math.max(0, most)), minBytes: 2 };
  }
  const fields = new Map<string, CelField>();
  let minBytes = 2;
  for (const [property, member] of Object.entries(schema.properties ?? {})) {
    const field = celTypeOfSchema(member, member['x-kubernetes-embedded-resource'] === true, `${name}.${property}`);
    if (field === undefined) continue;
    const escaped = escapeName(property);
    if (escaped !== undefined) fields.set(escaped, { property, type: field.type });
    if (schema.required?.includes(property) === true && member.default === undefined)
      minBytes += Buffer.byteLength(property) + field.minBytes + 4;
  }
  return {
    type: sized(
      objectOf(name, () => fields),
      0,
    ),
    minBytes,
  };
}

const TEXT: JsonSchemaProps = { type: 'string' };

/** What every object of Kubernetes has, whatever its schema says. */
const withObjectMeta = (schema: JsonSchemaProps): JsonSchemaProps => ({
  ...schema,
  properties: {
    ...schema.properties,
    kind: TEXT,
    apiVersion: TEXT,
    metadata: { type: 'object', properties: { name: TEXT, generateName: TEXT } },
  },
});

function textType(schema: JsonSchemaProps): SchemaType {
  const { maxLength, format, enum: values = [] } = schema;
  switch (format ?? '') {
    case 'byte':
      return {
        type: sized(BYTES, maxLength === undefined ? MAX_REQUEST_BYTES - 2 : Math.max(0, maxLength)),
        minBytes: 2,
      };
    case 'duration':
      return { type: sized(DURATION, MAX_DURATION), minBytes: 3 };
    case 'date':
      return { type: sized(TIMESTAMP, DATE_SIZE), minBytes: DATE_SIZE };
    case 'date-time':
      return { type: sized(TIMESTAMP, MAX_DATETIME), minBytes: 21 };
  }
  if (maxLength !== undefined) return { type: sized(STRING, 4 * Math.max(0, maxLength)), minBytes: 2 };
  const longest = Math.max(0, ...values.map(value => (typeof value === 'string' ? Buffer.byteLength(value) : 0)));
  return { type: sized(STRING, values.length > 0 ? longest : MAX_REQUEST_BYTES - 2), minBytes: 2 };
}

import { json, list, listMap, listSet, map, object, string, type AnySchema } from '../../src/schema/schema.ts';
import { objectMeta } from '../../src/api/object-meta-schema.ts';
import type { JsonSchemaProps } from '../kinds/apiextensions/v1/json-schema-props.ts';
import {
  additionalOf,
  isEmbedded,
  itemsOf,
  keepsUnknown,
  META_FIELDS,
} from '../kinds/apiextensions/json-schema/schema-parts.ts';

/**
 * How the fields of a custom kind are merged and owned, for server-side apply. Their types, defaults and rules are
 * judged by the schema itself.
 */
export function fieldsOfSchema(schema: JsonSchemaProps): Readonly<Record<string, AnySchema>> {
  return Object.fromEntries(
    Object.entries(schema.properties ?? {})
      .filter(([name]) => !META_FIELDS.has(name))
      .map(([name, member]) => [name, partOf(member, keepsUnknown(schema)).optional()]),
  );
}

/** Apply takes members that are not named; those of an object of which nothing is said are pruned afterwards. */
export const isOpen = (schema: JsonSchemaProps): boolean =>
  keepsUnknown(schema) || Object.keys(schema.properties ?? {}).length === 0;

/** `isWithinOpen`: around it unknown members are kept, and so applied within it too, wherever they are pruned then. */
function partOf(schema: JsonSchemaProps, isWithinOpen: boolean): AnySchema {
  if (schema.type === 'array') return listOf(schema, isWithinOpen);
  if (schema.type !== 'object' && !keepsUnknown(schema)) return json();
  const part = membersOf(schema, isWithinOpen);
  return schema['x-kubernetes-map-type'] === 'atomic' ? part.atomic() : part;
}

/** What is in an object and has no schema is owned field by field. */
function membersOf(schema: JsonSchemaProps, isWithinOpen: boolean): AnySchema {
  const isOpened = isWithinOpen || keepsUnknown(schema);
  const additional = additionalOf(schema);
  if (additional !== undefined) return map(partOf(additional, isOpened));
  const members = Object.entries(schema.properties ?? {}).map(([name, member]) => [
    name,
    partOf(member, isOpened).optional(),
  ]);
  const part = object({
    ...(Object.fromEntries(members) as Readonly<Record<string, AnySchema>>),
    ...(isEmbedded(schema) ? OBJECT_FIELDS : {}),
  });
  return isOpened || isOpen(schema) ? part.open() : part;
}

/** What an object within another has without its schema telling. */
const OBJECT_FIELDS = { apiVersion: string().optional(), kind: string().optional(), metadata: objectMeta.optional() };

function listOf(schema: JsonSchemaProps, isWithinOpen: boolean): AnySchema {
  const items = itemsOf(schema);
  const item = items === undefined ? json() : partOf(items, isWithinOpen);
  switch (schema['x-kubernetes-list-type']) {
    case 'map':
      return listMap(item, ...(schema['x-kubernetes-list-map-keys'] ?? []));
    case 'set':
      return listSet(item);
    default:
      return list(item);
  }
}

import { json, list, listMap, listSet, map, object, type AnySchema } from '../../src/schema/schema.ts';
import type { JsonSchemaProps } from '../kinds/apiextensions/v1/json-schema-props.ts';
import { additionalOf, itemsOf, keepsUnknown, META_FIELDS } from '../kinds/apiextensions/json-schema/schema-parts.ts';

/**
 * How the fields of a custom kind are merged and owned, for server-side apply. Their types, defaults and rules are
 * judged by the schema itself.
 */
export function fieldsOf(schema: JsonSchemaProps): Readonly<Record<string, AnySchema>> {
  return Object.fromEntries(
    Object.entries(schema.properties ?? {})
      .filter(([name]) => !META_FIELDS.has(name))
      .map(([name, member]) => [name, partOf(member).optional()]),
  );
}

function partOf(schema: JsonSchemaProps): AnySchema {
  if (schema.type === 'array') return listOf(schema);
  if (schema.type !== 'object' && !keepsUnknown(schema)) return json();
  const part = membersOf(schema);
  return schema['x-kubernetes-map-type'] === 'atomic' ? part.atomic() : part;
}

/** What is in an object and has no schema is owned field by field. */
function membersOf(schema: JsonSchemaProps): AnySchema {
  const additional = additionalOf(schema);
  if (additional !== undefined) return map(partOf(additional));
  const members = Object.entries(schema.properties ?? {}).map(([name, member]) => [name, partOf(member).optional()]);
  return object(Object.fromEntries(members) as Readonly<Record<string, AnySchema>>);
}

function listOf(schema: JsonSchemaProps): AnySchema {
  const items = itemsOf(schema);
  const item = items === undefined ? json() : partOf(items);
  switch (schema['x-kubernetes-list-type']) {
    case 'map':
      return listMap(item, ...(schema['x-kubernetes-list-map-keys'] ?? []));
    case 'set':
      return listSet(item);
    default:
      return list(item);
  }
}

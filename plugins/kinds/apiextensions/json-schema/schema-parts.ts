import { isRecord, own } from '../../../../src/base/is-record.ts';
import type { JsonSchemaProps } from '../v1/json-schema-props.ts';

/** The schema of a list's items; validation has refused all that is none. */
export const itemsOf = ({ items }: JsonSchemaProps): JsonSchemaProps | undefined => asSchema(items);

/** The schema of members that are not named. */
export const additionalOf = ({ additionalProperties }: JsonSchemaProps): JsonSchemaProps | undefined =>
  asSchema(additionalProperties);

/** The schema of a member, named or not. */
export function memberOf(schema: JsonSchemaProps | undefined, name: string): JsonSchemaProps | undefined {
  if (schema === undefined) return undefined;
  return own(schema.properties ?? {}, name) ?? additionalOf(schema);
}

/** Whether members that no schema describes are kept. */
export const keepsUnknown = (schema: JsonSchemaProps): boolean =>
  schema['x-kubernetes-preserve-unknown-fields'] === true;

/** The value is an object of Kubernetes: its apiVersion, kind and metadata need no schema. */
export const isEmbedded = (schema: JsonSchemaProps): boolean => schema['x-kubernetes-embedded-resource'] === true;

/** What every object of Kubernetes has. */
export const META_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** Its types were checked when it was taken. */
const asSchema = (value: unknown): JsonSchemaProps | undefined => (isRecord(value) ? value : undefined);

/** The schemas within a schema, each with its path from there, in the order in which they are judged. */
export function innerSchemas(schema: JsonSchemaProps): readonly (readonly [string, JsonSchemaProps])[] {
  const { properties = {}, not, allOf = [], oneOf = [], anyOf = [] } = schema;
  const [additional, items] = [additionalOf(schema), itemsOf(schema)];
  const each = (name: string, schemas: readonly JsonSchemaProps[]) =>
    schemas.map((inner, index) => [`${name}[${index}]`, inner] as const);
  return [
    ...(additional === undefined ? [] : [['additionalProperties', additional] as const]),
    ...Object.entries(properties)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [`properties[${name}]`, inner] as const),
    ...(not === undefined ? [] : [['not', not] as const]),
    ...each('allOf', allOf),
    ...each('oneOf', oneOf),
    ...each('anyOf', anyOf),
    ...(items === undefined ? [] : [['items', items] as const]),
  ];
}

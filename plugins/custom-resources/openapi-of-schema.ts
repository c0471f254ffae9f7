import { isRecord } from '../../src/base/is-record.ts';
import { openApiRef, type OpenApiSchema, type OpenApiVersion } from '../../src/schema/openapi.ts';
import type { JsonSchemaProps } from '../kinds/apiextensions/v1/json-schema-props.ts';
import { additionalOf, isEmbedded, itemsOf, keepsUnknown } from '../kinds/apiextensions/json-schema/schema-parts.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** Word by word as upstream: tools look for it in what is published. */
const SAID = {
  apiVersion:
    'APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources',
  kind: 'Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds',
  metadata:
    "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
};

/**
 * A custom kind as OpenAPI documents describe it. OpenAPI 2 has no alternatives and no null, and kubectl takes what is
 * described there for all there may be: what keeps unknown fields is not described in it.
 */
export function openApiOfSchema(schema: JsonSchemaProps, version: OpenApiVersion): OpenApiSchema {
  if (version === 'v2' && keepsUnknown(schema)) return { type: 'object' };
  const described = version === 'v2' ? inVersion2(schema) : { ...schema };
  return withEmbedded(withObjectFields(described, version), version);
}

function withObjectFields(schema: OpenApiSchema, version: OpenApiVersion): OpenApiSchema {
  const { properties } = schema;
  return {
    ...schema,
    properties: {
      ...(isRecord(properties) ? properties : {}),
      apiVersion: { type: 'string', description: SAID.apiVersion },
      kind: { type: 'string', description: SAID.kind },
      metadata: refTo(version),
    },
  };
}

const refTo = (version: OpenApiVersion): OpenApiSchema =>
  version === 'v2'
    ? { ...openApiRef(META, version), description: SAID.metadata }
    : { allOf: [openApiRef(META, version)], default: {}, description: SAID.metadata };

/** Objects within objects have what all objects have. */
function withEmbedded(schema: OpenApiSchema, version: OpenApiVersion): OpenApiSchema {
  const inner = (part: unknown): unknown => (isRecord(part) ? embeddedIn(part, version) : part);
  return {
    ...schema,
    ...(isRecord(schema['properties'])
      ? {
          properties: Object.fromEntries(
            Object.entries(schema['properties']).map(([name, part]) => [name, inner(part)]),
          ),
        }
      : {}),
    ...(schema['items'] === undefined ? {} : { items: inner(schema['items']) }),
    ...(schema['additionalProperties'] === undefined
      ? {}
      : { additionalProperties: inner(schema['additionalProperties']) }),
  };
}

function embeddedIn(part: OpenApiSchema, version: OpenApiVersion): OpenApiSchema {
  const whole = withEmbedded(part, version);
  if (!isEmbedded(part) || (version === 'v2' && keepsUnknown(part))) return whole;
  const required = Array.isArray(part['required']) ? part['required'] : [];
  return { ...withObjectFields(whole, version), required: [...new Set([...required, 'kind', 'apiVersion'])] };
}

/** apiextensions' ToStructuralOpenAPIV2. */
function inVersion2(schema: JsonSchemaProps): OpenApiSchema {
  const { allOf: _all, oneOf: _one, anyOf: _any, not: _not, nullable, ...rest } = schema;
  const { items: _items, properties = {}, additionalProperties, type, required, ...plain } = rest;
  const isOpaque = nullable === true || keepsUnknown(schema);
  const items = isOpaque ? undefined : itemsOf(schema);
  const isUntyped = isOpaque || (type === 'array' && items === undefined);
  const needed = required?.filter(name => properties[name]?.nullable !== true) ?? [];
  const additional = additionalOf(schema);
  return {
    ...plain,
    ...(isUntyped || type === undefined ? {} : { type }),
    ...(items === undefined ? {} : { items: inVersion2(items) }),
    ...(isOpaque || Object.keys(properties).length === 0
      ? {}
      : { properties: Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, inVersion2(part)])) }),
    ...(additional === undefined
      ? additionalProperties === undefined
        ? {}
        : { additionalProperties }
      : { additionalProperties: inVersion2(additional) }),
    ...(needed.length === 0 || additional?.nullable === true ? {} : { required: needed }),
  };
}

import { forbidden, invalid, notSupported, required, type FieldError } from '../../../../src/api/field-error.ts';
import { isRecord } from '../../../../src/base/is-record.ts';
import { typeError } from '../../../../src/schema/type-error.ts';
import { jsonSchemaProps, type JsonSchemaProps } from '../v1/json-schema-props.ts';
import { additionalOf, innerSchemas, isEmbedded, META_FIELDS } from './schema-parts.ts';
import { validateDefaults } from './validate-defaults.ts';
import { validateListRules } from './validate-list-rules.ts';
import { validateStructural } from './validate-structural.ts';
import { celSchemaErrors } from './cel-schema-errors.ts';
import { validateCelRules } from './validate-cel-rules.ts';

/** Rules of the schema of whole objects; apiextensions' validateCustomResourceDefinitionValidation. */
export function validateRootSchema(
  schema: JsonSchemaProps,
  field: string,
  { hasStatus }: { readonly hasStatus: boolean },
): readonly FieldError[] {
  const mistyped = wrongTypes(schema, field);
  if (mistyped.length > 0) return mistyped;
  const structural = validateStructural(schema, field);
  const unfit = structural.length > 0 ? structural : validateDefaults(schema, field);
  const wrong = schemaErrors(schema, field, { isRoot: true, isInMeta: false, noDefaults: undefined });
  return [
    ...(hasStatus ? rootErrors(schema, field) : []),
    ...(schema.nullable === true ? [forbidden(`${field}.nullable`, 'nullable cannot be true at the root')] : []),
    ...unfit,
    ...wrong,
    ...(unfit.length > 0 ? [] : celSchemaErrors(schema, field, wrong)),
  ];
}

/** Where a field may be of several types, what is there was not held against one when it was read. */
function wrongTypes(schema: JsonSchemaProps, field: string): readonly FieldError[] {
  return [
    ...['items', 'additionalProperties'].flatMap(name => {
      const inner = name === 'items' ? schema.items : schema.additionalProperties;
      if (inner === undefined || typeof inner === 'boolean') return [];
      const wrong = isRecord(inner) ? typeError(jsonSchemaProps.node, inner) : undefined;
      if (wrong !== undefined) return [invalid(`${field}.${name}`, '', wrong)];
      return Array.isArray(inner)
        ? [forbidden(`${field}.${name}`, 'items must be a schema object and not an array')]
        : [];
    }),
    ...innerSchemas(schema).flatMap(([path, inner]) => wrongTypes(inner, `${field}.${path}`)),
  ];
}

/** Of a kind whose status is apart, what the root may say; otherwise it would not be held against the status. */
const AT_ROOT: readonly (readonly [keyof JsonSchemaProps, string])[] = [
  ['description', 'Description'],
  ['type', 'Type'],
  ['format', 'Format'],
  ['title', 'Title'],
  ['maximum', 'Maximum'],
  ['exclusiveMaximum', 'ExclusiveMaximum'],
  ['minimum', 'Minimum'],
  ['exclusiveMinimum', 'ExclusiveMinimum'],
  ['maxLength', 'MaxLength'],
  ['minLength', 'MinLength'],
  ['pattern', 'Pattern'],
  ['maxItems', 'MaxItems'],
  ['minItems', 'MinItems'],
  ['uniqueItems', 'UniqueItems'],
  ['multipleOf', 'MultipleOf'],
  ['required', 'Required'],
  ['items', 'Items'],
  ['properties', 'Properties'],
  ['externalDocs', 'ExternalDocs'],
  ['example', 'Example'],
  ['x-kubernetes-preserve-unknown-fields', 'XPreserveUnknownFields'],
  ['x-kubernetes-validations', 'XValidations'],
];

function rootErrors(schema: JsonSchemaProps, field: string): readonly FieldError[] {
  if (schema.type !== undefined && schema.type !== 'object') {
    const only = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    return [invalid(`${field}.type`, schema.type, only)];
  }
  const allowed: ReadonlySet<string> = new Set(AT_ROOT.map(([name]) => name));
  if (Object.keys(schema).every(name => allowed.has(name))) return [];
  const names = AT_ROOT.map(([, name]) => name).join(' ');
  const only = `only [${names}] fields are allowed at the root of the schema if the status subresource is enabled`;
  return [invalid(field, schema, only)];
}

interface Place {
  readonly isRoot: boolean;
  /** Within what describes apiVersion, kind and metadata. */
  readonly isInMeta: boolean;
  /** Why no default may be said here. */
  readonly noDefaults: string | undefined;
}

function schemaErrors(schema: JsonSchemaProps, field: string, place: Place): readonly FieldError[] {
  return [
    ...ownErrors(schema, field, place),
    ...(schema.uniqueItems === true
      ? [
          forbidden(
            `${field}.uniqueItems`,
            'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
          ),
        ]
      : []),
    ...(Object.keys(schema.properties ?? {}).length > 0 && isStrict(schema)
      ? [forbidden(`${field}.additionalProperties`, 'additionalProperties and properties are mutual exclusive')]
      : []),
    ...innerSchemas(schema).flatMap(([path, inner]) =>
      schemaErrors(inner, `${field}.${path}`, innerPlace(schema, path, place)),
    ),
    ...extensionErrors(schema, field),
    ...validateListRules(schema, field),
    ...validateCelRules(schema, field),
  ];
}

const isStrict = (schema: JsonSchemaProps): boolean =>
  schema.additionalProperties === false || additionalOf(schema) !== undefined;

function innerPlace(schema: JsonSchemaProps, path: string, place: Place): Place {
  const below = { ...place, isRoot: false };
  if (path === 'additionalProperties' && place.isInMeta) {
    return { ...below, noDefaults: 'inside additionalProperties applying to object metadata' };
  }
  const [, name = ''] = /^properties\[(.*)\]$/s.exec(path) ?? [];
  if (!META_FIELDS.has(name) || !(place.isRoot || isEmbedded(schema))) return below;
  return { ...below, isInMeta: true, noDefaults: place.isRoot ? `in top-level ${name}` : place.noDefaults };
}

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

/** In the order of upstream's validator of what OpenAPI allows. */
function ownErrors(schema: JsonSchemaProps, field: string, { isInMeta, noDefaults }: Place): readonly FieldError[] {
  const { type = '' } = schema;
  const unsupported = (name: string, isThere: boolean): readonly FieldError[] =>
    isThere ? [forbidden(`${field}.${name}`, `${name} is not supported`)] : [];
  return [
    ...(type === '' || TYPES.includes(type) ? [] : [notSupported(`${field}.type`, type, TYPES)]),
    ...(schema.default !== undefined && noDefaults !== undefined
      ? [forbidden(`${field}.default`, `must not be set ${noDefaults}`)]
      : []),
    ...unsupported('id', (schema.id ?? '') !== ''),
    ...unsupported('additionalItems', schema.additionalItems !== undefined),
    ...unsupported('patternProperties', schema.patternProperties !== undefined),
    ...unsupported('definitions', schema.definitions !== undefined),
    ...unsupported('dependencies', schema.dependencies !== undefined),
    ...unsupported('$ref', schema.$ref !== undefined),
    ...(type === 'null'
      ? [forbidden(`${field}.type`, 'type cannot be set to null, use nullable as an alternative')]
      : []),
    ...(isInMeta && isEmbedded(schema)
      ? [forbidden(`${field}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta')]
      : []),
  ];
}

function extensionErrors(schema: JsonSchemaProps, field: string): readonly FieldError[] {
  const { type = '' } = schema;
  const keeps = schema['x-kubernetes-preserve-unknown-fields'];
  const mapType = schema['x-kubernetes-map-type'];
  const mustBe = 'must be object if x-kubernetes-map-type is specified';
  return [
    ...(keeps === false
      ? [invalid(`${field}.x-kubernetes-preserve-unknown-fields`, keeps, 'must be true or undefined')]
      : []),
    ...(mapType === undefined || type === 'object'
      ? []
      : [type === '' ? required(`${field}.type`, mustBe) : invalid(`${field}.type`, type, mustBe)]),
    ...(mapType === undefined || mapType === 'atomic' || mapType === 'granular'
      ? []
      : [notSupported(`${field}.x-kubernetes-map-type`, mapType, ['atomic', 'granular'])]),
  ];
}

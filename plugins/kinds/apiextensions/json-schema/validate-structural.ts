import { forbidden, invalid, required, type FieldError } from '../../../../src/api/field-error.ts';
import { own } from '../../../../src/base/is-record.ts';
import type { JsonSchemaProps } from '../v1/json-schema-props.ts';
import { additionalOf, isEmbedded, itemsOf, keepsUnknown } from './schema-parts.ts';
import { patternProblem } from './validate-text.ts';

type Level = 'root' | 'item' | 'field';

/**
 * A schema is structural if it says of every value what it is, outside of alternatives, which may only restrict it
 * further. Sorted, as upstream tells them. https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export function validateStructural(schema: JsonSchemaProps, field: string): readonly FieldError[] {
  const errors = [...invariantErrors(schema, 'root', field), ...completenessErrors(schema, schema, field, field)];
  return errors.sort((a, b) => (`${a.field}: ${a.type}` < `${b.field}: ${b.type}` ? -1 : 1));
}

function invariantErrors(schema: JsonSchemaProps, level: Level, field: string): readonly FieldError[] {
  const items = itemsOf(schema);
  const additional = additionalOf(schema);
  const isInteger = schema['x-kubernetes-int-or-string'] === true;
  return [
    ...(schema.type === 'array' && items === undefined ? [required(`${field}.items`, 'must be specified')] : []),
    ...(items === undefined ? [] : invariantErrors(items, 'item', `${field}.items`)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, member]) =>
      invariantErrors(member, 'field', `${field}.properties[${name}]`),
    ),
    ...(level === 'root' && schema.additionalProperties !== undefined
      ? [forbidden(`${field}.additionalProperties`, 'must not be used at the root')]
      : []),
    ...(additional === undefined ? [] : invariantErrors(additional, 'field', `${field}.additionalProperties`)),
    ...(isInteger && keepsUnknown(schema)
      ? [
          invalid(
            `${field}.x-kubernetes-preserve-unknown-fields`,
            true,
            'must be false if x-kubernetes-int-or-string is true',
          ),
        ]
      : []),
    ...(isInteger && isEmbedded(schema)
      ? [
          invalid(
            `${field}.x-kubernetes-embedded-resource`,
            true,
            'must be false if x-kubernetes-int-or-string is true',
          ),
        ]
      : []),
    ...alternativeErrors(schema, field),
    ...typeErrors(schema, level, field),
    ...metadataErrors(schema, level, field),
  ];
}

const EMPTY_TYPE: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

function typeErrors(schema: JsonSchemaProps, level: Level, field: string): readonly FieldError[] {
  const { type = '' } = schema;
  const needsNone = schema['x-kubernetes-int-or-string'] === true || keepsUnknown(schema);
  const embedded = 'must be object if x-kubernetes-embedded-resource is true';
  return [
    ...(isEmbedded(schema) && type !== 'object'
      ? [type === '' ? required(`${field}.type`, embedded) : invalid(`${field}.type`, type, embedded)]
      : type === '' && !needsNone
        ? [required(`${field}.type`, EMPTY_TYPE[level])]
        : []),
    ...(isEmbedded(schema) && schema.additionalProperties !== undefined
      ? [forbidden(`${field}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set')]
      : []),
    ...(level === 'root' && type !== '' && type !== 'object'
      ? [invalid(`${field}.type`, type, 'must be object at the root')]
      : []),
    ...(isEmbedded(schema) && !keepsUnknown(schema) && Object.keys(schema.properties ?? {}).length === 0
      ? [
          required(
            `${field}.properties`,
            'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
          ),
        ]
      : []),
  ];
}

/** What is known of every object can be restricted in its name alone. */
function metadataErrors(schema: JsonSchemaProps, level: Level, field: string): readonly FieldError[] {
  if (level !== 'root' && !isEmbedded(schema)) return [];
  const properties = schema.properties ?? {};
  const at = (name: string): string => `${field}.properties[${name}]`;
  const member = (name: string) => own(properties, name) as JsonSchemaProps | undefined;
  const metadata = member('metadata');
  const names = Object.keys(metadata?.properties ?? {});
  const { type: _type, properties: _properties, description: _description, ...rest } = metadata ?? {};
  const isNameOnly = names.every(name => name === 'name' || name === 'generateName');
  return [
    ...['kind', 'apiVersion'].flatMap(name => {
      const type = member(name)?.type ?? 'string';
      return type === 'string' ? [] : [invalid(`${at(name)}.type`, type, 'must be string')];
    }),
    ...(metadata === undefined || metadata.type === 'object'
      ? []
      : [invalid(`${at('metadata')}.type`, metadata.type ?? '', 'must be object')]),
    ...(level === 'root' && metadata !== undefined && (!isNameOnly || Object.keys(rest).some(key => key !== 'default'))
      ? [
          forbidden(
            at('metadata'),
            'must not specify anything other than name and generateName, but metadata is implicitly specified',
          ),
        ]
      : []),
  ];
}

/** Integers or texts may be told by alternatives of their types, and by nothing else. */
const isIntOrString = (schemas: readonly JsonSchemaProps[] = []): boolean =>
  schemas.length === 2 && JSON.stringify(schemas) === '[{"type":"integer"},{"type":"string"}]';

function alternativeErrors(
  schema: JsonSchemaProps,
  field: string,
  skips = schema['x-kubernetes-int-or-string'] === true,
): readonly FieldError[] {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern = '' } = schema;
  const problem = pattern === '' ? undefined : patternProblem(pattern);
  const isFirstIntOrString = skips && isIntOrString(allOf[0]?.anyOf);
  return [
    ...(skips && isIntOrString(anyOf)
      ? []
      : anyOf.flatMap((inner, index) => nestedErrors(inner, `${field}.anyOf[${index}]`))),
    ...allOf.flatMap((inner, index) =>
      nestedErrors(inner, `${field}.allOf[${index}]`, isFirstIntOrString && index === 0),
    ),
    ...oneOf.flatMap((inner, index) => nestedErrors(inner, `${field}.oneOf[${index}]`)),
    ...(not === undefined ? [] : nestedErrors(not, `${field}.not`)),
    ...(problem === undefined
      ? []
      : [invalid(`${field}.pattern`, pattern, `must be a valid regular expression, but isn't: ${problem}`)]),
  ];
}

/** What alternatives may not say, and how it is refused. */
const ELSEWHERE: readonly (readonly [keyof JsonSchemaProps, string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
];

function nestedErrors(schema: JsonSchemaProps, field: string, skips = false): readonly FieldError[] {
  const items = itemsOf(schema);
  return [
    ...alternativeErrors(schema, field, skips),
    ...(items === undefined ? [] : nestedErrors(items, `${field}.items`)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, member]) =>
      nestedErrors(member, `${field}.properties[${name}]`),
    ),
    ...ELSEWHERE.filter(([name]) => schema[name] !== undefined).map(([name, problem]) =>
      forbidden(`${field}.${name}`, problem),
    ),
    ...(Object.hasOwn(schema.properties ?? {}, 'metadata')
      ? [forbidden(`${field}.properties[metadata]`, 'must not be specified in a nested context')]
      : []),
  ];
}

/** What alternatives restrict must be described outside of them. */
function completenessErrors(
  restricting: JsonSchemaProps,
  structural: JsonSchemaProps,
  field: string,
  from: string,
): readonly FieldError[] {
  const { anyOf = [], allOf = [], oneOf = [], not } = restricting;
  const each = (name: string, schemas: readonly JsonSchemaProps[]) =>
    schemas.flatMap((inner, index) => nestedCompleteness(inner, structural, field, `${from}.${name}[${index}]`));
  return [
    ...(not === undefined ? [] : nestedCompleteness(not, structural, field, `${from}.not`)),
    ...each('allOf', allOf),
    ...each('anyOf', anyOf),
    ...each('oneOf', oneOf),
  ];
}

function nestedCompleteness(
  restricting: JsonSchemaProps,
  structural: JsonSchemaProps | undefined,
  field: string,
  from: string,
): readonly FieldError[] {
  if (structural === undefined) return [required(field, `because it is defined in ${from}`)];
  const items = itemsOf(restricting);
  return [
    ...completenessErrors(restricting, structural, field, from),
    ...(items === undefined ? [] : nestedCompleteness(items, itemsOf(structural), `${field}.items`, `${from}.items`)),
    ...Object.entries(restricting.properties ?? {}).flatMap(([name, member]) =>
      nestedCompleteness(
        member,
        own(structural.properties ?? {}, name) as JsonSchemaProps | undefined,
        `${field}.properties[${name}]`,
        `${from}.properties[${name}]`,
      ),
    ),
  ];
}

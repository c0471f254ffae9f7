import { invalid, required, tooMany, duplicate, type FieldError } from '../../../../src/api/field-error.ts';
import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { JsonPathError, parseJsonPath, type JsonPathTemplate } from '../../../../src/base/json-path-template.ts';
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionVersion,
} from './custom-resource-definition-spec.ts';
import type { JsonSchemaProps } from './json-schema-props.ts';
import { memberOf } from '../json-schema/schema-parts.ts';
import { validateRootSchema } from '../json-schema/validate-schema.ts';

type Version = CustomResourceDefinitionVersion;
type Part = 'schema' | 'subresources' | 'additionalPrinterColumns' | 'selectableFields';

/**
 * Rules of all versions; apiextensions' validateCustomResourceDefinitionVersion. What all versions have alike, upstream
 * keeps once beside them, and complains of it there.
 */
export function validateVersions(versions: readonly Version[]): readonly FieldError[] {
  const isShared = (part: Part): boolean => versions.every(version => isDeepEqual(version[part], versions[0]?.[part]));
  const each = (part: Part, name: string, judge: (version: Version, field: string) => readonly FieldError[]) => {
    const [first] = versions;
    if (first === undefined) return [];
    if (isShared(part)) return judge(first, `spec.${name}`);
    return versions.flatMap((version, index) => judge(version, `spec.versions[${index}].${part}`));
  };
  return [
    ...versions.flatMap((version, index) =>
      deprecationProblems(version).map(problem =>
        invalid(`spec.versions[${index}].deprecationWarning`, version.deprecationWarning ?? null, problem),
      ),
    ),
    ...each('schema', 'validation', schemaErrors),
    ...each('subresources', 'subresources', ({ subresources }, field) => scaleErrors(subresources, field)),
    ...each('additionalPrinterColumns', 'additionalPrinterColumns', ({ additionalPrinterColumns = [] }, field) =>
      additionalPrinterColumns.flatMap((column, index) => columnErrors(column, `${field}[${index}]`)),
    ),
    ...each('selectableFields', 'selectableFields', ({ selectableFields = [], schema }, field) =>
      schema?.openAPIV3Schema === undefined
        ? selectableFields.length === 0
          ? []
          : [invalid(field, '', 'may only be set when validations.schema is included')]
        : selectableErrors(selectableFields, schema.openAPIV3Schema, field),
    ),
  ];
}

function schemaErrors({ schema, subresources }: Version, field: string): readonly FieldError[] {
  const root = schema?.openAPIV3Schema;
  const hasStatus = subresources?.status !== undefined;
  return root === undefined ? [] : validateRootSchema(root, `${field}.openAPIV3Schema`, { hasStatus });
}

/** Versions as complaints about all of them print them: in Go's names, without what they have alike. */
export const printedVersions = (versions: readonly Version[]): unknown =>
  versions.length === 0
    ? null
    : versions.map(({ name, served, storage, deprecated = false, deprecationWarning = null }) => ({
        Name: name,
        Served: served,
        Storage: storage,
        Deprecated: deprecated,
        DeprecationWarning: deprecationWarning,
        Schema: null,
        Subresources: null,
        AdditionalPrinterColumns: null,
        SelectableFields: null,
      }));

const MAX_WARNING_CHARS = 256;

function deprecationProblems({
  deprecated,
  deprecationWarning: text,
}: CustomResourceDefinitionVersion): readonly string[] {
  if (text === undefined) return [];
  if (deprecated !== true) return ['can only be set for deprecated versions'];
  return [
    ...(text.length > MAX_WARNING_CHARS ? [`must be <= ${MAX_WARNING_CHARS} characters long`] : []),
    ...(text === '' ? ['must not be an empty string'] : []),
    ...(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(text)
      ? [
          `must only contain printable UTF-8 characters; non-printable character found at index ${text.search(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u)}`,
        ]
      : []),
  ];
}

function scaleErrors(
  subresources: CustomResourceDefinitionVersion['subresources'],
  field: string,
): readonly FieldError[] {
  const scale = subresources?.scale;
  if (scale === undefined) return [];
  const { specReplicasPath, statusReplicasPath, labelSelectorPath = '' } = scale;
  return [
    ...pathErrors(specReplicasPath, ['.spec'], `${field}.scale.specReplicasPath`),
    ...pathErrors(statusReplicasPath, ['.status'], `${field}.scale.statusReplicasPath`),
    ...(labelSelectorPath === ''
      ? []
      : pathErrors(labelSelectorPath, ['.spec', '.status'], `${field}.scale.labelSelectorPath`)),
  ];
}

function pathErrors(path: string, below: readonly string[], field: string): readonly FieldError[] {
  if (path === '') return [required(field)];
  if (!path.startsWith('.')) return [invalid(field, path, NO_SIMPLE_PATH)];
  if (below.some(root => path.startsWith(`${root}.`))) return [];
  return [
    invalid(field, path, `should be a json path under ${below.length > 1 ? 'either ' : ''}${below.join(' or ')}`),
  ];
}

const NO_SIMPLE_PATH = 'must be a simple json path starting with .';

const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const COLUMN_FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

function columnErrors(
  { name, type, format = '', jsonPath }: CustomResourceColumnDefinition,
  field: string,
): readonly FieldError[] {
  const types = `must be one of ${COLUMN_TYPES.join(',')}`;
  return [
    ...(name === '' ? [required(`${field}.name`)] : []),
    ...(type === '' ? [required(`${field}.type`, types)] : []),
    ...(type === '' || COLUMN_TYPES.includes(type) ? [] : [invalid(`${field}.type`, type, types)]),
    ...(format === '' || COLUMN_FORMATS.includes(format)
      ? []
      : [invalid(`${field}.format`, format, `must be one of ${COLUMN_FORMATS.join(',')}`)]),
    ...columnPathErrors(jsonPath, `${field}.JSONPath`),
  ];
}

function columnPathErrors(jsonPath: string, field: string): readonly FieldError[] {
  if (jsonPath === '') return [required(field)];
  if (!jsonPath.startsWith('.')) return [invalid(field, jsonPath, NO_SIMPLE_PATH)];
  const path = read(jsonPath);
  return typeof path === 'string' ? [invalid(field, jsonPath, path)] : [];
}

/** The path, or why it is none. */
function read(text: string): JsonPathTemplate | string {
  try {
    return parseJsonPath(`{${text}}`);
  } catch (error) {
    if (error instanceof JsonPathError) return error.message;
    throw error;
  }
}

const MAX_SELECTABLE = 8;
const SELECTABLE_TYPES: ReadonlySet<string> = new Set(['string', 'boolean', 'integer']);

function selectableErrors(
  fields: NonNullable<CustomResourceDefinitionVersion['selectableFields']>,
  root: JsonSchemaProps,
  field: string,
): readonly FieldError[] {
  const seen = new Set<string>();
  const errors = fields.flatMap(({ jsonPath }, index) => {
    const at = `${field}[${index}].jsonPath`;
    if (jsonPath === '') return [required(at)];
    const found = schemaAt(root, jsonPath);
    if (typeof found === 'string') return [invalid(at, jsonPath, `is an invalid path: ${found}`)];
    const isKnown = seen.has(jsonPath);
    seen.add(jsonPath);
    return [
      ...(jsonPath.startsWith('.metadata.') ? [invalid(at, jsonPath, 'must not point to fields in metadata')] : []),
      ...(SELECTABLE_TYPES.has(found.type ?? '') ? [] : [invalid(at, jsonPath, NOT_SELECTABLE)]),
      ...(isKnown ? [duplicate(at, jsonPath)] : []),
    ];
  });
  return [...errors, ...(seen.size > MAX_SELECTABLE ? [tooMany(field, seen.size, MAX_SELECTABLE)] : [])];
}

const NOT_SELECTABLE =
  'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';

/** The schema of a plain path, or why there is none. */
function schemaAt(root: JsonSchemaProps, path: string): JsonSchemaProps | string {
  const template = read(path);
  if (typeof template === 'string') return template;
  let schema: JsonSchemaProps | undefined = root;
  for (const step of template.flatMap(node => (node.type === 'path' ? node.steps : []))) {
    if (step.type !== 'field') return 'array notation is not allowed';
    schema = memberOf(schema, step.name);
    if (schema === undefined) return `does not refer to a valid field`;
  }
  return schema;
}

import type { CustomResourceDefinitionSpec } from './custom-resource-definition-spec.ts';
import type { JsonSchemaProps } from './json-schema-props.ts';
import { innerSchemas } from '../json-schema/schema-parts.ts';
import { isKnownFormat } from '../json-schema/text-formats.ts';

/** Formats that are asked for in a definition's schemas and that nobody knows: nothing is held against them. */
export const unknownFormats = ({ versions }: CustomResourceDefinitionSpec): readonly string[] =>
  versions.flatMap(({ schema }) => (schema?.openAPIV3Schema === undefined ? [] : formatsIn(schema.openAPIV3Schema)));

const formatsIn = (schema: JsonSchemaProps): readonly string[] => [
  ...(isUnknown(schema) ? [schema.format ?? ''] : []),
  ...innerSchemas(schema).flatMap(([, inner]) => formatsIn(inner)),
];

function isUnknown({ type = '', format = '' }: JsonSchemaProps): boolean {
  if (format === '') return false;
  switch (type) {
    case '':
    case 'string':
      return !isKnownFormat(format);
    case 'integer':
      return format !== 'int32' && format !== 'int64';
    case 'number':
      return format !== 'float' && format !== 'double';
    default:
      return true;
  }
}

import type * as Yaml from 'yaml';
import { applyDefaults } from '../../schema/defaults.ts';
import type { Schema, Stored } from '../../schema/schema.ts';
import { typeError } from '../../schema/type-error.ts';
import { unknownFieldMessage, unknownFields } from '../../schema/unknown-fields.ts';
import { isRecord, member } from '../json-record.ts';
import { yamlToJson } from './yaml-to-json.ts';

/** One kind of the files that tell a server how it is to behave, in the versions it may be written in. */
export interface ConfigurationKind<S extends Schema<unknown, unknown>> {
  readonly kind: string;
  readonly apiVersions: readonly string[];
  readonly schema: S;
}

/**
 * What such a file says, defaults applied. Read strictly: what is not known of it or said twice is a problem too, in
 * the words of upstream's decoder. Pure.
 */
export function readConfiguration<S extends Schema<unknown, unknown>>(
  text: string,
  yaml: typeof Yaml,
  { kind, apiVersions, schema }: ConfigurationKind<S>,
): { readonly configuration: Stored<S> } | { readonly problem: string } {
  const parsed = yamlToJson(yaml, text);
  if ('problem' in parsed) return { problem: `yaml: ${parsed.problem}` };
  const value: unknown = JSON.parse(parsed.json);
  const said = isRecord(value) ? value : {};
  const [apiVersion, named] = [member(said, 'apiVersion') ?? '', member(said, 'kind') ?? ''];
  if (named === '') return { problem: `Object 'Kind' is missing in '${text}'` };
  if (apiVersion === '') return { problem: `Object 'apiVersion' is missing in '${text}'` };
  if (named !== kind || !apiVersions.some(version => version === apiVersion)) {
    return {
      problem: `no kind ${JSON.stringify(named)} is registered for version ${JSON.stringify(apiVersion)}`,
    };
  }
  const wrong = typeError(schema.node, said);
  if (wrong !== undefined) return { problem: wrong };
  const unknown = unknownFields(schema.node, said).map(unknownFieldMessage);
  const repeated = parsed.repeatedKeys.length === 0 ? [] : ['yaml: unmarshal errors:', ...parsed.repeatedKeys];
  const complaints = [...(repeated.length === 0 ? [] : [repeated.join('\n  ')]), ...unknown];
  if (complaints.length > 0) return { problem: `strict decoding error: ${complaints.join(', ')}` };
  // Values are of its types; what these do not tell is validated.
  return { configuration: applyDefaults(schema.node, said) as Stored<S> };
}

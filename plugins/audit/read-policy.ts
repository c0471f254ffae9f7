import type * as Yaml from 'yaml';
import { fieldErrorBody } from '../../src/api/field-error.ts';
import { isRecord, member } from '../../src/api/json-record.ts';
import { yamlToJson } from '../../src/api/codec/yaml-to-json.ts';
import { failedWith } from '../../src/base/failed-with.ts';
import type { Files } from '../../src/base/world.ts';
import { applyDefaults } from '../../src/schema/defaults.ts';
import { typeError } from '../../src/schema/type-error.ts';
import { unknownFieldMessage, unknownFields } from '../../src/schema/unknown-fields.ts';
import { API_VERSION } from './event.ts';
import { policySchema, type Policy } from './policy.ts';
import { SettingsError } from './settings-error.ts';
import { validatePolicy } from './validate-policy.ts';

/** A policy, and what of its file is passed over. */
export interface FoundPolicy {
  readonly policy: Policy;
  readonly complaints: readonly string[];
}

/** Throws `SettingsError` in upstream's words. */
export async function readPolicyFile(files: Pick<Files, 'readFile'>, path: string): Promise<FoundPolicy> {
  const read = readPolicy(await contentOf(files, path), await import('yaml'));
  if ('problem' in read) throw new SettingsError(`${LOADING}: ${read.problem}: from file ${path}`);
  return read;
}

const LOADING = 'loading audit policy file';

async function contentOf(files: Pick<Files, 'readFile'>, path: string): Promise<string> {
  try {
    return await files.readFile(path, 'utf8');
  } catch (error) {
    const why = failedWith(error, 'ENOENT') ? 'no such file or directory' : String(error);
    throw new SettingsError(`${LOADING}: failed to read file path ${JSON.stringify(path)}: open ${path}: ${why}`);
  }
}

/** Pure. */
export function readPolicy(text: string, yaml: typeof Yaml): FoundPolicy | { readonly problem: string } {
  const parsed = yamlToJson(yaml, text);
  if ('problem' in parsed) return { problem: `failed decoding: yaml: ${parsed.problem}` };
  const value: unknown = JSON.parse(parsed.json);
  const said = isRecord(value) ? value : {};
  const [apiVersion, kind] = [member(said, 'apiVersion') ?? '', member(said, 'kind') ?? 'Policy'];
  if (apiVersion === '')
    return { problem: 'unknown group version field audit.k8s.io/__internal, Kind=Policy in policy' };
  if (apiVersion !== API_VERSION || kind !== 'Policy') {
    return {
      problem: `failed decoding: no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`,
    };
  }
  const wrong = typeError(policySchema.node, said);
  if (wrong !== undefined) return { problem: `failed decoding: ${wrong}` };
  // Values are of its types, and what these do not tell is validated.
  const policy = applyDefaults(policySchema.node, said) as Policy;
  const errors = validatePolicy(policy).map(error => `${error.field}: ${fieldErrorBody(error)}`);
  if (errors.length > 0) return { problem: errors.length === 1 ? errors.join() : `[${errors.join(', ')}]` };
  if (policy.rules.length === 0) return { problem: 'loaded illegal policy with 0 rules' };
  const unknown = unknownFields(policySchema.node, said).map(unknownFieldMessage);
  return { policy, complaints: [...parsed.repeatedKeys, ...unknown] };
}

import type { JsonPatchOperation, Patch } from '../../../src/api/client.ts';
import { readJson } from '../../../src/api/codec/read-json.ts';
import { readYaml } from '../../../src/api/codec/read-yaml.ts';
import { invalid } from '../../../src/api/field-error.ts';
import { isRecord } from '../../../src/api/json-record.ts';
import { badRequestError, invalidError, type StatusError } from '../../../src/api/status-error.ts';
import { typeError } from '../../../src/schema/type-error.ts';
import type { Judge } from '../verbs/patch-answer.ts';
import { mediaType, unsupportedBody, withoutUnknown, type Expected } from './decode-body.ts';
import type { HttpRequest } from './http-request.ts';
import type { ReadWriteOptions } from './read-options.ts';

const PATCH_TYPES =
  'application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, ' +
  'application/apply-patch+yaml';

/** The patch a body holds, by its content type. Throws `StatusError`. */
export async function readPatch({ headers, body }: HttpRequest): Promise<Patch> {
  switch (mediaType(headers['content-type'] ?? '')) {
    case 'application/json-patch+json': {
      const value = parse(body);
      if (!Array.isArray(value))
        throw badRequestError('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
      // Each operation is read where it is applied.
      return { type: 'json', body: value as readonly JsonPatchOperation[] };
    }
    case 'application/merge-patch+json':
      return { type: 'merge', body: parse(body) };
    case 'application/strategic-merge-patch+json':
      return { type: 'strategic', body: parse(body) };
    case 'application/apply-patch+yaml':
      return { type: 'apply', body: (await readYaml(body)).value };
    default:
      throw unsupportedBody(PATCH_TYPES);
  }
}

function parse(body: Buffer): unknown {
  try {
    return readJson(body).value;
  } catch (error) {
    if (error instanceof SyntaxError) throw badRequestError(`error decoding patch: ${error.message}`);
    throw error;
  }
}

/** Reads what a patch made of the object as strictly as a body; complaints name the patch. */
export function judgePatched(
  { warnings, body: bytes }: HttpRequest,
  expected: Expected,
  { fieldValidation }: ReadWriteOptions,
  patch: Patch,
): Judge {
  const refuse = (detail: string): StatusError =>
    invalidError({ group: '', kind: '' }, '', [
      patch.type === 'strategic'
        ? invalid('patch', goText(patch.body), conversionText(detail))
        : invalid('patch', bytes.toString(), detail),
    ]);
  const told = warnings.length;
  return patched => {
    const wrong = typeError(expected.node, patched);
    if (wrong !== undefined) throw patch.type === 'apply' ? badRequestError(wrong) : refuse(wrong);
    if (!isRecord(patched)) return patched;
    warnings.length = told;
    return withoutUnknown(patched, [], expected, fieldValidation, warnings, refuse);
  };
}

/** As Go's `%+v` prints what a patch says; a strategic patch is quoted so. */
function goText(value: unknown): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isRecord(value)) return typeof value === 'string' ? value : JSON.stringify(value);
  const parts = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `map[${parts.map(([name, item]) => `${name}:${goText(item)}`).join(' ')}]`;
}

/** A strategic patch is not decoded but converted, and that is worded otherwise. */
function conversionText(detail: string): string {
  const [, found = '', type = ''] = /^json: cannot unmarshal (\w+).* of type (.+)$/.exec(detail) ?? [];
  if (type === '') return detail;
  const from = found === 'number' ? 'int64' : found === 'object' ? 'map' : found === 'array' ? 'slice' : found;
  if (type.startsWith('[]')) return `cannot restore slice from ${from}`;
  if (type.startsWith('map[')) return `cannot restore map from ${from}`;
  return type.startsWith('v1.') ? `cannot restore struct from: ${from}` : `unrecognized type: ${type}`;
}

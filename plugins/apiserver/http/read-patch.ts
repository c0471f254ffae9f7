import type { IncomingHttpHeaders } from 'node:http';
import { goText } from '../../../src/base/go-text.ts';
import { jsonKind } from '../../../src/base/json-kind.ts';
import type { JsonPatchOperation, Patch } from '../../../src/api/client.ts';
import { readJsonBy, type ReadJson } from '../../../src/api/codec/read-json.ts';
import type { Steps } from '../../../src/base/steps.ts';
import { isHeavier, MAX_JSON_WEIGHT } from '../../../src/base/json-weight.ts';
import { readYaml, YamlError } from '../../../src/api/codec/read-yaml.ts';
import { invalid } from '../../../src/api/field-error.ts';
import { isRecord, type JsonRecord } from '../../../src/api/json-record.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import { badRequestError, invalidError, tooManyValues, StatusError } from '../../../src/api/status-error.ts';
import type { Node } from '../../../src/schema/schema.ts';
import { typeError } from '../../../src/schema/type-error.ts';
import { JSON_PATCH_OPERATIONS } from '../limits.ts';
import type { Judge } from '../verbs/judge.ts';
import { mediaType, withoutUnknown, type Expected } from './decode-body.ts';
import { customKindProblem, kindProblem, misnamedError, type KindProblem } from './kind-problem.ts';
import { patchedText } from './patched-text.ts';
import type { HttpRequest } from './http-request.ts';
import type { FieldValidation, ReadWriteOptions } from './read-options.ts';

/** The patch a body holds, by its content type, and what strict reading complains about in it. */
export interface ReadPatch {
  readonly patch: Patch;
  readonly complaints: readonly string[];
  /** What a strict reading is refused for, where that is worded otherwise. */
  readonly strict?: readonly string[];
}

/** Throws `StatusError`. */
export function requirePatchType(headers: IncomingHttpHeaders): void {
  if (!PATCH_TYPES.has(mediaType(headers['content-type'] ?? ''))) throw unknownType();
}

const PATCH_TYPES: ReadonlySet<string> = new Set([
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
]);

const unknownType = (): StatusError =>
  new StatusError('UnsupportedMediaType', '415: Unsupported Media Type', { details: {} });

/** Throws `StatusError`. */
export async function readPatch({ headers, body, steps }: HttpRequest): Promise<ReadPatch> {
  switch (mediaType(headers['content-type'] ?? '')) {
    case 'application/json-patch+json': {
      const { value, complaints } = await parse(steps, body, DECODING, JSON_PATCH_WEIGHT);
      const patch = { type: 'json', body: operations(value) } as const;
      return { patch, complaints: [...complaints, ...unknownMembers(patch.body)].map(told => `json patch ${told}`) };
    }
    case 'application/merge-patch+json': {
      const { value, complaints } = await parse(steps, body, DECODING);
      return { patch: { type: 'merge', body: aRecord(value, DECODING) }, complaints };
    }
    case 'application/strategic-merge-patch+json': {
      const { value, complaints } = await parse(steps, body);
      return { patch: { type: 'strategic', body: aRecord(value) }, complaints };
    }
    case 'application/apply-patch+yaml': {
      const { value, ...said } = await readYaml(body, steps).catch(refuseYaml);
      return { patch: { type: 'apply', body: value }, ...said };
    }
    default:
      throw unknownType();
  }
}

function refuseYaml(error: unknown): never {
  if (!(error instanceof YamlError)) throw error;
  throw badRequestError(`error decoding YAML: error converting YAML to JSON: ${error.message}`);
}

const DECODING = 'error decoding patch: ';
/** Each of ten thousand operations is an object in a list. */
const JSON_PATCH_WEIGHT = MAX_JSON_WEIGHT + JSON_PATCH_OPERATIONS * 60;
/** An object may grow by patches, and tells who owns each of its fields besides. */
const PATCHED_WEIGHT = 2 * MAX_JSON_WEIGHT;

async function parse(steps: Steps, body: Buffer, prefix = '', maxWeight = MAX_JSON_WEIGHT): Promise<ReadJson> {
  try {
    return await readJsonBy(steps, body, maxWeight);
  } catch (error) {
    if (error instanceof SyntaxError) throw badRequestError(`${prefix}${error.message}`);
    throw error;
  }
}

function aRecord(value: unknown, prefix = ''): unknown {
  if (isRecord(value)) return value;
  throw badRequestError(`${prefix}${unmarshalText(value, 'map[string]interface {}')}`);
}

/** Each operation is read where it is applied; here only their shape is looked at, as Go does. */
function operations(value: unknown): readonly JsonPatchOperation[] {
  if (!Array.isArray(value)) throw badRequestError(`${DECODING}${unmarshalText(value, '[]handlers.jsonPatchOp')}`);
  const wrong: unknown = value.find(item => !isRecord(item));
  if (wrong !== undefined) throw badRequestError(`${DECODING}${unmarshalText(wrong, 'handlers.jsonPatchOp')}`);
  return value as readonly JsonPatchOperation[];
}

const MEMBERS: ReadonlySet<string> = new Set(['op', 'path', 'from', 'value']);

const unknownMembers = (body: readonly JsonPatchOperation[]): readonly string[] =>
  body.flatMap((operation, index) =>
    Object.keys(operation)
      .filter(name => !MEMBERS.has(name))
      .map(name => `unknown field ${JSON.stringify(`[${index}].${name}`)}`),
  );

const unmarshalText = (value: unknown, type: string): string =>
  `json: cannot unmarshal ${jsonKind(value)} into Go value of type ${type}`;

/** What no type is known of is written in the order of its names. */
const UNSTRUCTURED: Node = { kind: 'json', meta: {} };

/** Reads what a patch made of the object as strictly as a body; complaints name the patch. */
export function judgePatched(
  { warnings, steps }: HttpRequest,
  expected: Expected,
  { fieldValidation }: ReadWriteOptions,
  { patch, complaints, strict = complaints }: ReadPatch,
): Judge {
  const shape = expected.prune === undefined ? expected.node : UNSTRUCTURED;
  // Strategic patches are shown as they came, of others what they made.
  const refuse = (detail: string, patched: unknown): StatusError =>
    invalidError({ group: '', kind: '' }, '', [
      patch.type === 'strategic'
        ? invalid('patch', goText(patch.body), conversionText(detail))
        : invalid('patch', patchedText(shape, patched, patch), detail),
    ]);
  const told = warnings.length;
  const problemOf = (patched: JsonRecord): KindProblem | undefined =>
    expected.prune === undefined
      ? kindProblem(patched, expected)
      : customKindProblem(patched, expected, () => patchedText(shape, patched, patch));
  return async patched => {
    // What a strategic patch says of its kind is passed over; of an apply it was looked at before.
    const isDecoded = patch.type === 'json' || patch.type === 'merge';
    const problem = isDecoded && isRecord(patched) ? problemOf({ ...patched }) : undefined;
    if (problem !== undefined && problem.code !== 'Unreadable' && expected.prune !== undefined) {
      throw misnamedError(problem, { ...patched });
    }
    if (problem !== undefined && problem.code !== 'OtherVersion') throw refuse(problem.detail, patched);
    // Of what has no version any more nothing is known, its name neither.
    if (isDecoded && (patched.apiVersion ?? '') === '')
      return { ...patched, metadata: { ...patched.metadata, name: '' } };
    const wrong = await steps.run(() => typeError(expected.node, patched));
    if (wrong !== undefined) throw patch.type === 'apply' ? badRequestError(wrong) : refuse(wrong, patched);
    if (!isRecord(patched)) return patched;
    if (await steps.run(() => isHeavier(patched, PATCHED_WEIGHT))) throw tooManyValues();
    warnings.length = told;
    if (patch.type === 'apply') return applied(patched, { complaints, strict }, expected, fieldValidation, warnings);
    return steps.run(() =>
      withoutUnknown(patched, { complaints }, expected, fieldValidation, warnings, detail => refuse(detail, patched)),
    );
  };
}

/**
 * Strict reading complains about keys that are set twice. What is not known was refused before, but for what a custom
 * kind's schema keeps out, which is left out silently.
 */
function applied(
  patched: JsonRecord,
  { complaints, strict }: Required<Pick<ReadPatch, 'complaints' | 'strict'>>,
  expected: Expected,
  validation: FieldValidation,
  warnings: string[],
): AnyObject {
  if (validation === 'Strict' && strict.length > 0) {
    throw badRequestError(`error strict decoding YAML: error converting YAML to JSON: ${strict.join(', ')}`);
  }
  if (validation === 'Warn') warnings.push(...complaints);
  return withoutUnknown(patched, { complaints: [] }, expected, 'Ignore', warnings);
}

/** A strategic patch is not decoded but converted, and that is worded otherwise. */
function conversionText(detail: string): string {
  const [, found = '', type = ''] = /^json: cannot unmarshal (\w+).* of type (.+)$/.exec(detail) ?? [];
  if (type === '') return detail;
  const from = found === 'number' ? 'int64' : found === 'object' ? 'map' : found === 'array' ? 'slice' : found;
  // In Go an integer converts to a text, though not here.
  if (found === 'number' && type === 'string' && !/number \S*[.eE]/.test(detail))
    return 'cannot convert int64 to string';
  if (type.startsWith('[]')) return `cannot restore slice from ${from}`;
  if (type.startsWith('map[')) return `cannot restore map from ${from}`;
  return type.startsWith('v1.') ? `cannot restore struct from: ${from}` : `unrecognized type: ${type}`;
}

import { jsonKind } from '../../../src/base/json-kind.ts';
import { readJsonBy, type ReadJson } from '../../../src/api/codec/read-json.ts';
import { readYaml, YamlError } from '../../../src/api/codec/read-yaml.ts';
import { isRecord, type JsonRecord } from '../../../src/api/json-record.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { badRequestError, StatusError, tooManyValues } from '../../../src/api/status-error.ts';
import type { Steps } from '../../../src/base/steps.ts';
import { decodeMessage, openEnvelope } from '../../../src/schema/protobuf-decode.ts';
import { ProtobufError } from '../../../src/schema/protobuf-wire.ts';
import type { ObjectNode } from '../../../src/schema/schema.ts';
import { floatError, typeError } from '../../../src/schema/type-error.ts';
import { prune, unknownFieldMessage, unknownFields } from '../../../src/schema/unknown-fields.ts';
import { inDocumentOrder } from './in-document-order.ts';
import { customKindProblem, kindProblem, misnamedError, NO_KIND, versionOf } from './kind-problem.ts';
import { ACCEPTED_BODIES, ACCEPTED_TEXTS, PROTOBUF } from './negotiate.ts';
import type { FieldValidation } from './read-options.ts';

/** What a body is expected to be. */
export interface Expected {
  /** Any version where it is ''. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Versions of before that have the same fields. */
  readonly formerVersions?: readonly string[];
  /** The whole object, metadata included. */
  readonly node: ObjectNode;
  /** No protobuf is taken. */
  readonly textOnly?: true;
  /** In place of what follows from `node`, for a custom kind. */
  readonly prune?: NonNullable<Resource['custom']>['prune'];
}

/** A body as sent: JSON, YAML or protobuf told apart by its content type. */
export interface RawBody {
  readonly bytes: Buffer;
  readonly contentType: string;
}

/**
 * Reads an object of the expected kind: right types, no unknown fields left. What strict reading complains
 * about is refused (`Strict`), told in `warnings` (`Warn`) or passed over. Throws `StatusError`.
 */
export async function decodeBody(
  { bytes, contentType }: RawBody,
  expected: Expected,
  validation: FieldValidation,
  warnings: string[],
  steps: Steps,
): Promise<AnyObject> {
  const { value: read, floats = [], ...said } = await parse(bytes, contentType, expected, steps);
  // Go reads nothing out of null.
  const given = read === null ? {} : read;
  if (!isRecord(given)) {
    throw unrecognized(expected, bytes, `${NO_KIND}: json: cannot unmarshal ${jsonKind(given)} into ${TYPE_META}`);
  }
  const isFormer = expected.formerVersions?.includes(String(given['apiVersion'])) === true;
  const value = isFormer ? { ...given, apiVersion: expected.apiVersion } : given;
  const isCustom = expected.prune !== undefined;
  const problem = isCustom ? customKindProblem(value, expected, () => bytes.toString()) : kindProblem(value, expected);
  if (problem?.code === 'Unreadable') throw unrecognized(expected, bytes, problem.detail);
  if (problem?.code === 'OtherVersion') throw otherVersion(problem.said.apiVersion, expected);
  if (problem?.code === 'OtherKind') throw misnamedError(problem, value);
  if (problem !== undefined && expected.apiVersion === '') throw badRequestError(problem.detail);
  if (problem !== undefined) throw notHandled(expected, problem.detail, problem.said);
  const wrong =
    (await steps.run(() => typeError(expected.node, value))) ??
    floats.map(float => floatError(expected.node, float)).find(error => error !== undefined);
  if (wrong !== undefined) throw notHandled(expected, wrong);
  const isReadOnce = said.strict === undefined && expected.prune === undefined;
  return steps.run(() => withoutUnknown(value, { ...said, isReadOnce }, expected, validation, warnings));
}

/** As `decodeBody`, for an object made by a patch: complaints are about the patch. */
export function withoutUnknown(
  value: JsonRecord,
  { complaints, strict = complaints, isReadOnce }: Omit<ReadJson, 'value'> & { readonly isReadOnce?: boolean },
  expected: Expected,
  validation: FieldValidation,
  warnings: string[],
  refuse: (detail: string) => StatusError = detail => notHandled(expected, detail),
): AnyObject {
  const { apiVersion, kind, node } = expected;
  const { value: pruned, unknown } = expected.prune?.(value) ?? pruneBy(node, value);
  if (validation !== 'Ignore') {
    const told = (known: readonly string[]): readonly string[] => {
      const others = known.filter(complaint => !unknown.some(path => isAbout(complaint, path)));
      const remarks = unknown.map(path => ({ path, text: unknownFieldMessage(path) }));
      // One reader of JSON meets both; what is YAML, patched or of a custom kind is read twice.
      if (isReadOnce !== true || others.length === 0 || remarks.length === 0) {
        return [...others, ...remarks.map(({ text }) => text)];
      }
      return inDocumentOrder(value, [...others.map(text => ({ path: pathWithin(text), text })), ...remarks]);
    };
    const wrong = told(strict);
    if (validation === 'Strict' && wrong.length > 0) throw refuse(`strict decoding error: ${wrong.join(', ')}`);
    warnings.push(...told(complaints));
  }
  const object = isRecord(pruned) ? pruned : value;
  const { metadata } = object;
  return { ...object, apiVersion, kind, metadata: isRecord(metadata) ? metadata : {} } as unknown as AnyObject;
}

function pruneBy(node: ObjectNode, value: JsonRecord): ReturnType<NonNullable<Expected['prune']>> {
  const unknown = unknownFields(node, value);
  return { value: unknown.length > 0 ? prune(node, value) : value, unknown };
}

const pathWithin = (complaint: string): string => /"(.*)"/.exec(complaint)?.[1] ?? '';

/** What is not known is not told to be there twice. */
const isAbout = (complaint: string, path: string): boolean =>
  ['"', '.', '['].some(next => complaint.startsWith(`duplicate field "${path}${next}`));

async function parse(bytes: Buffer, contentType: string, expected: Expected, steps: Steps): Promise<ReadJson> {
  const type = mediaType(contentType);
  switch (type) {
    case '':
    case 'application/json':
      return readOr(bytes, expected, steps);
    case 'application/yaml':
    case 'text/yaml':
      return readYaml(bytes, steps).catch((error: unknown) => {
        throw error instanceof YamlError ? unrecognized(expected, bytes, error.message) : error;
      });
    case PROTOBUF:
      if (expected.textOnly === true) throw unsupportedBody(ACCEPTED_TEXTS);
      return steps.run(() => readProtobuf(bytes, expected));
    default:
      throw unsupportedBody(ACCEPTED_BODIES);
  }
}

export const mediaType = (contentType: string): string => (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();

const unsupportedBody = (accepted: string): StatusError =>
  new StatusError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
  );

async function readOr(bytes: Buffer, expected: Expected, steps: Steps): Promise<ReadJson> {
  try {
    return await readJsonBy(steps, bytes);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // What may be of any version is told of bare.
    if (expected.apiVersion === '') throw badRequestError(`${NO_KIND}: ${error.message}`);
    throw unrecognized(expected, bytes, `${NO_KIND}: ${error.message}`);
  }
}

const TYPE_META =
  'Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; ' +
  'Kind string "json:\\"kind,omitempty\\"" }';

function readProtobuf(bytes: Buffer, expected: Expected): ReadJson {
  const { apiVersion, kind, node } = expected;
  try {
    const envelope = openEnvelope(bytes);
    const isExpected = envelope.kind === '' || envelope.kind === kind;
    const value = isExpected ? decodeMessage(node, envelope.raw) : {};
    const said = { apiVersion: envelope.apiVersion || apiVersion, kind: envelope.kind || kind };
    return { value: { ...value, ...said }, complaints: [] };
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    if (error.code !== 'TooMany') throw unrecognized(expected, bytes, error.message);
    throw tooManyValues();
  }
}

const otherVersion = (said: string, { apiVersion }: Expected): StatusError =>
  badRequestError(`the API version in the data (${said}) does not match the expected API version (${apiVersion})`);

/** `said` is what the body calls itself. */
const notHandled = (
  expected: Expected,
  detail: string,
  said: Pick<Expected, 'apiVersion' | 'kind'> = expected,
): StatusError =>
  badRequestError(
    `${said.kind} in version ${JSON.stringify(versionOf(said.apiVersion))} cannot be handled as a ${expected.kind}: ${detail}`,
  );

const unrecognized = ({ kind }: Expected, bytes: Buffer, detail: string): StatusError =>
  badRequestError(`the object provided is unrecognized (must be of type ${kind}): ${detail} (${summary(bytes)})`);

const SUMMARY_BYTES = 30;

/** The start of a body in complaints about it; handlers/rest.go summarizeData. */
function summary(bytes: Buffer): string {
  if (bytes.length === 0) return '<empty>';
  const head = bytes.subarray(0, SUMMARY_BYTES);
  const text = bytes[0] === 0x7b ? head.toString() : head.toString('hex');
  return bytes.length > SUMMARY_BYTES ? `${text} ...` : text;
}

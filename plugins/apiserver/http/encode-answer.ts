import { createdAtColumn } from '../../../src/api/columns.ts';
import { partialObject, rowOf, tableOf, type TableOptions } from '../../../src/api/table.ts';
import type { Resource } from '../../../src/api/resource.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import { printedInThread } from '../../../src/api/codec/in-codec-thread.ts';
import { printIndented, printYaml } from '../../../src/api/codec/print-json.ts';
import { badRequestError, StatusError } from '../../../src/api/status-error.ts';
import type { Steps } from '../../../src/base/steps.ts';
import { PRINTED_INLINE_BYTES } from '../limits.ts';
import { kindHead, type StoredObject } from '../objects/stored-object.ts';
import type { ListAnswer } from '../verbs/list-answer.ts';
import type { Answer } from './answer.ts';
import { isStatus } from './message-of.ts';
import { notAcceptable, type AnswerForm } from './negotiate.ts';

/** An encoded answer; its parts are written one after the other, so that cached bytes are sent as they are. */
export interface Encoded {
  readonly code: number;
  readonly contentType: string;
  readonly parts: readonly Buffer[];
}

export interface EncodedText extends Encoded {
  /** The same before it was printed otherwise than as plain JSON. */
  readonly json: readonly Buffer[];
}

export type Encodable = Extract<Answer, { readonly type: 'object' | 'list' | 'value' }>;

/** An object or list as JSON, or as YAML where the client wishes that. Throws `StatusError` NotAcceptable. */
export async function encodeAnswer(
  answer: Encodable,
  form: AnswerForm,
  includeObject: TableOptions['includeObject'],
  nowMs: number,
  steps: Steps,
): Promise<EncodedText> {
  const code = answer.type === 'list' ? 200 : answer.code;
  const json = await partsOf(answer, form, { metaVersion: form.metaVersion, includeObject, nowMs }, steps);
  if (form.encoding === 'yaml')
    return { code, contentType: 'application/yaml', parts: [await printed('Yaml', json)], json };
  const parts = form.pretty ? [await printed('Indented', json)] : json;
  return { code, contentType: 'application/json', parts, json };
}

async function printed(as: 'Yaml' | 'Indented', parts: readonly Buffer[]): Promise<Buffer> {
  const json = Buffer.concat(parts);
  if (json.length <= PRINTED_INLINE_BYTES)
    return Buffer.from(
      as === 'Yaml' ? printYaml(await import('yaml'), json.toString()) : printIndented(json.toString()),
    );
  const bytes = await printedInThread(`print${as}`, json);
  if (bytes === undefined) throw new StatusError('InternalError', 'the answer is too complex to be printed');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function readIncludeObject(query: URLSearchParams): TableOptions['includeObject'] {
  const value = query.get('includeObject') ?? '';
  switch (value) {
    case '':
    case 'Metadata':
      return 'Metadata';
    case 'None':
    case 'Object':
      return value;
    default:
      throw badRequestError(
        `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(value)}: ` +
          "must be 'Metadata', 'Object', 'None', or empty",
      );
  }
}

async function partsOf(
  answer: Encodable,
  { shape, metaVersion }: AnswerForm,
  options: TableOptions,
  steps: Steps,
): Promise<readonly Buffer[]> {
  if (answer.type === 'value') {
    const { value, resource } = answer;
    if (shape === 'object' || isStatus(value)) return [line(value)];
    if (resource === undefined) throw notAcceptable();
    // A value with a kind is an object of that kind.
    const object = value as AnyObject;
    if (shape === 'metadata') return [line(partialObject(object, metaVersion))];
    return [line(tableOf(resource, [object], { resourceVersion: object.metadata.resourceVersion }, options))];
  }
  if (answer.type === 'object') {
    const { resource, object } = answer;
    if (shape === 'object') return [await steps.run(() => object.bytes)];
    if (shape === 'metadata') return [line(partialObject(object.object, metaVersion))];
    const { resourceVersion } = object.object.metadata;
    return [line(tableOf(resource, [object.object], { resourceVersion }, options))];
  }
  const { resource, list } = answer;
  const metadata = listMetadata(list);
  const { apiVersion, kind, listKind = `${kind}List` } = resource;
  switch (shape) {
    case 'object': {
      const head = { kind: listKind, apiVersion, metadata, items: [] };
      // Of custom kinds each item says what it is.
      const item = resource.custom === undefined ? withoutKind(resource) : ({ bytes }: StoredObject) => [bytes];
      return listParts(head, list.objects, item, steps);
    }
    case 'table': {
      const row = ({ object }: StoredObject) => [json(rowOf(resource, object, options))];
      if (list.objects.length === 0 && resource.columns.includes(createdAtColumn)) {
        return [json({ ...tableOf(resource, [], metadata, options), rows: null })];
      }
      const byRank = (a: StoredObject, b: StoredObject) => resource.rowOrder?.(a.object, b.object) ?? 0;
      const objects = resource.rowOrder === undefined ? list.objects : list.objects.toSorted(byRank);
      return listParts(tableOf(resource, [], metadata, options), objects, row, steps);
    }
    case 'metadata': {
      const head = {
        kind: 'PartialObjectMetadataList',
        apiVersion: `meta.k8s.io/${metaVersion}`,
        metadata,
        items: [],
      };
      // As Go shows a list that nothing was appended to.
      if (list.objects.length === 0) return [json({ ...head, items: null })];
      return listParts(head, list.objects, ({ object }) => [json(partialObject(object, metaVersion))], steps);
    }
  }
}

export function listMetadata({ revision, continue: token, remainingItemCount }: ListAnswer): object {
  return {
    // What is worked out has none.
    ...(revision === 0 ? {} : { resourceVersion: String(revision) }),
    ...(token === undefined ? {} : { continue: token }),
    ...(remainingItemCount === undefined ? {} : { remainingItemCount }),
  };
}

const COMMA = Buffer.from(',');
const OPEN = Buffer.from('{');
const END = Buffer.from(']}\n');

/** The stored bytes of an item: nothing is encoded again, and the kind, which its list says, is not said. */
function withoutKind({
  kind,
  apiVersion,
}: Pick<Resource, 'kind' | 'apiVersion'>): (object: StoredObject) => readonly Buffer[] {
  const said = Buffer.from(kindHead(kind, apiVersion));
  return ({ bytes }) => {
    const isSaid = bytes.compare(said, 0, said.length, 0, said.length) === 0;
    return isSaid ? [OPEN, bytes.subarray(said.length)] : [bytes];
  };
}

/** All items in the empty list that `head` ends with. */
async function listParts(
  head: object,
  objects: readonly StoredObject[],
  encode: (object: StoredObject) => readonly Buffer[],
  steps: Steps,
): Promise<readonly Buffer[]> {
  const parts: Buffer[] = [Buffer.from(JSON.stringify(head).slice(0, -2))];
  await steps.each(objects, object => {
    if (parts.length > 1) parts.push(COMMA);
    parts.push(...encode(object));
  });
  parts.push(END);
  return parts;
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const line = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);

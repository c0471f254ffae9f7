import { partialObject, tableOf, type TableOptions } from '../../../src/api/table.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import { parseStored, parseToPrint } from '../../../src/api/codec/read-json.ts';
import { badRequestError } from '../../../src/api/status-error.ts';
import { kindHead } from '../stored-object.ts';
import type { ListAnswer } from '../verbs/list.ts';
import type { Answer } from './answer.ts';
import { notAcceptable, type AnswerForm } from './negotiate.ts';

/** An encoded answer; its parts are written one after the other, so that cached bytes are sent as they are. */
export interface Encoded {
  readonly code: number;
  readonly contentType: string;
  readonly parts: readonly Buffer[];
}

type Encodable = Extract<Answer, { readonly type: 'object' | 'list' | 'value' }>;

/** An object or list as the client wishes to see it. Throws `StatusError` NotAcceptable. */
export async function encodeAnswer(
  answer: Encodable,
  form: AnswerForm,
  includeObject: TableOptions['includeObject'],
  nowMs: number,
): Promise<Encoded> {
  const code = answer.type === 'list' ? 200 : answer.code;
  const parts = partsOf(answer, form, { metaVersion: form.metaVersion, includeObject, nowMs });
  if (form.encoding === 'yaml') {
    const { stringify } = await import('yaml');
    const text = stringify(parseToPrint(Buffer.concat(parts).toString()), YAML_AS_GO);
    return { code, contentType: 'application/yaml', parts: [Buffer.from(text)] };
  }
  if (!form.pretty) return { code, contentType: 'application/json', parts };
  const value = parseStored(Buffer.concat(parts).toString());
  return { code, contentType: 'application/json', parts: [Buffer.from(`${JSON.stringify(value, null, 2)}\n`)] };
}

/** Sorted, lists not indented, and quoted what an older YAML takes for a time or a truth value. */
const YAML_AS_GO = {
  version: '1.1',
  aliasDuplicateObjects: false,
  sortMapEntries: true,
  indentSeq: false,
  lineWidth: 0,
} as const;

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

function partsOf(answer: Encodable, { shape, metaVersion }: AnswerForm, options: TableOptions): readonly Buffer[] {
  if (answer.type === 'value') {
    const { value, resource } = answer;
    if (shape === 'object' || isStatus(value)) return [json(value)];
    if (resource === undefined) throw notAcceptable();
    // A value with a kind is an object of that kind.
    const object = value as AnyObject;
    if (shape === 'metadata') return [json(partialObject(object, metaVersion))];
    return [json(tableOf(resource, [object], { resourceVersion: object.metadata.resourceVersion }, options))];
  }
  if (answer.type === 'object') {
    const { resource, object } = answer;
    if (shape === 'object') return [object.bytes];
    if (resource.virtual === true) throw notAcceptable();
    if (shape === 'metadata') return [json(partialObject(object.object, metaVersion))];
    const { resourceVersion } = object.object.metadata;
    return [json(tableOf(resource, [object.object], { resourceVersion }, options))];
  }
  const { resource, list } = answer;
  const metadata = listMetadata(list);
  if (shape === 'object') return listParts(`${resource.kind}List`, resource.apiVersion, metadata, list);
  const objects = list.objects.map(({ object }) => object);
  if (shape === 'table') return [json(tableOf(resource, objects, metadata, options))];
  const items = objects.map((object: AnyObject) => partialObject(object, metaVersion));
  return [json({ kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${metaVersion}`, metadata, items })];
}

const isStatus = (value: object): boolean => 'kind' in value && value.kind === 'Status';

function listMetadata({ revision, continue: token, remainingItemCount }: ListAnswer): object {
  return {
    resourceVersion: String(revision),
    ...(token === undefined ? {} : { continue: token }),
    ...(remainingItemCount === undefined ? {} : { remainingItemCount }),
  };
}

const OPEN = Buffer.from('{');
const NEXT = Buffer.from(',{');

/** The stored bytes of all items between a head and a tail: nothing is encoded again, and the kind is said once. */
function listParts(kind: string, apiVersion: string, metadata: object, { objects }: ListAnswer): readonly Buffer[] {
  const head = JSON.stringify({ kind, apiVersion, metadata }).slice(0, -1);
  const parts: Buffer[] = [Buffer.from(`${head},"items":[`)];
  const said = Buffer.from(kindHead(kind.slice(0, -'List'.length), apiVersion));
  for (const [index, { bytes }] of objects.entries()) {
    parts.push(index > 0 ? NEXT : OPEN);
    parts.push(bytes.subarray(bytes.subarray(0, said.length).equals(said) ? said.length : OPEN.length));
  }
  parts.push(Buffer.from(']}\n'));
  return parts;
}

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);

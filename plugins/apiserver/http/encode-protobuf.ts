import { listMeta } from '../../../src/api/list-meta-schema.ts';
import { objectMeta } from '../../../src/api/object-meta-schema.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { partialObject } from '../../../src/api/table.ts';
import { wholeNode } from '../../../src/api/whole-node.ts';
import type { Steps } from '../../../src/base/steps.ts';
import { encodeMessage, sealedParts } from '../../../src/schema/protobuf-encode.ts';
import { WireWriter } from '../../../src/schema/protobuf-wire.ts';
import { object, type ObjectNode } from '../../../src/schema/schema.ts';
import { ENCODED_ANEW_AT_ONCE } from '../limits.ts';
import type { ListAnswer } from '../verbs/list-answer.ts';
import type { StoredObject } from '../stored-object.ts';
import { listMetadata, type Encodable, type Encoded } from './encode-answer.ts';
import { isStatus, messageOf } from './message-of.ts';
import { notAcceptable, PROTOBUF, type AnswerForm } from './negotiate.ts';

type Form = Pick<AnswerForm, 'shape' | 'metaVersion'>;

/** An answer in protobuf. Throws `StatusError` NotAcceptable. */
export async function encodeProtobuf(answer: Encodable, form: Form, steps: Steps): Promise<Encoded> {
  const code = answer.type === 'list' ? 200 : answer.code;
  return { code, contentType: PROTOBUF, parts: await partsOf(answer, form, steps) };
}

async function partsOf(answer: Encodable, form: Form, steps: Steps): Promise<readonly Buffer[]> {
  if (answer.type === 'value') {
    const { value, resource } = answer;
    const node = messageOf(answer);
    if (node === undefined) throw notAcceptable();
    if (form.shape === 'object' || isStatus(value)) return sealedMessage(node, value);
    if (resource === undefined) throw notAcceptable();
    // A value with a kind is an object of that kind.
    return sealedObject(resource, value as AnyObject, form);
  }
  const { resource } = answer;
  if (answer.type === 'list') return listParts(resource, answer.list, form, steps);
  return steps.run(() => sealedObject(resource, answer.object.object, form));
}

/** One object, or its metadata alone. */
export const sealedObject = (resource: Resource, object: AnyObject, { shape, metaVersion }: Form): readonly Buffer[] =>
  sealedMessage(shownMessage(resource, shape), shape === 'object' ? object : partialObject(object, metaVersion));

/** What each object of a kind is in protobuf. */
export const shownMessage = (resource: Resource, shape: Form['shape']): ObjectNode =>
  shape === 'object' ? wholeNode(resource) : METADATA;

/** What says its kind itself. */
export function sealedMessage(node: ObjectNode, value: object): readonly Buffer[] {
  const { apiVersion = '', kind = '' }: { readonly apiVersion?: string; readonly kind?: string } = value;
  return sealedParts({ apiVersion, kind, raw: [encodeMessage(node, { ...value })] });
}

/** An object of which nothing but the metadata is told. */
const METADATA = object({ metadata: objectMeta.present().at(1) }).node as ObjectNode;
/** A list without its items. */
const LIST = object({ metadata: listMeta.present().at(1) }).node as ObjectNode;
const ITEMS = 2;

async function listParts(
  resource: Resource,
  list: ListAnswer,
  { shape, metaVersion }: Form,
  steps: Steps,
): Promise<readonly Buffer[]> {
  const { apiVersion, kind, listKind = `${kind}List` } = resource;
  const node = shownMessage(resource, shape);
  const said =
    shape === 'object'
      ? { apiVersion, kind: listKind }
      : { apiVersion: `meta.k8s.io/${metaVersion}`, kind: 'PartialObjectMetadataList' };
  const raw: Buffer[] = [encodeMessage(LIST, { metadata: listMetadata(list) })];
  for (let from = 0; from < list.objects.length; from += ENCODED_ANEW_AT_ONCE) {
    await steps.run(() => {
      for (const item of list.objects.slice(from, from + ENCODED_ANEW_AT_ONCE)) raw.push(...itemParts(node, item));
    });
  }
  return sealedParts({ ...said, raw });
}

/** An item says no kind: its list does. */
function itemParts(node: ObjectNode, { object: item }: StoredObject): readonly Buffer[] {
  const message = encodeMessage(node, { ...item });
  const head = new WireWriter();
  head.head(ITEMS, message.length);
  return [head.finish(), message];
}

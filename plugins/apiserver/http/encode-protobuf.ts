import { listMeta } from '../../../src/api/list-meta-schema.ts';
import { objectMeta } from '../../../src/api/object-meta-schema.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { partialObject } from '../../../src/api/table.ts';
import { wholeNode } from '../../../src/api/whole-node.ts';
import type { Steps } from '../../../src/base/steps.ts';
import { encodeMessage, sealedParts } from '../../../src/schema/protobuf-encode.ts';
import { object, type ObjectNode } from '../../../src/schema/schema.ts';
import type { ListAnswer } from '../verbs/list-answer.ts';
import type { StoredObject } from '../objects/stored-object.ts';
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
    return sealedMessage(METADATA, partialObject(value as AnyObject, form.metaVersion));
  }
  const { resource } = answer;
  if (answer.type === 'list') return listParts(resource, answer.list, form, steps);
  return steps.run(() => sealedObject(resource, answer.object, form));
}

/** One object, or its metadata alone. */
export function sealedObject(resource: Resource, object: StoredObject, form: Form): readonly Buffer[] {
  const { item, messageAt } = object.message(shownMessage(resource, form.shape));
  const { apiVersion, kind } =
    form.shape === 'object'
      ? resource
      : { apiVersion: `meta.k8s.io/${form.metaVersion}`, kind: 'PartialObjectMetadata' };
  return sealedParts({ apiVersion, kind, raw: [item.subarray(messageAt)] });
}

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
  await steps.each(list.objects, item => raw.push(item.message(node).item));
  return sealedParts({ ...said, raw });
}

import { compareUtf8 } from '../base/compare-utf8.ts';
import { goEscaped } from '../base/go-escaped.ts';
import { readJson } from './codec/read-json.ts';
import { difference, type FieldSet } from './field-set.ts';
import { isRecord, withMember, withoutMember } from './json-record.ts';
import { owned, type Manager } from './managed-fields.ts';
import { changedFields, fieldsOf } from './object-fields.ts';
import type { AnyObject } from './object-meta.ts';
import type { Resource } from './resource.ts';
import { StatusError } from './status-error.ts';
import { annotationsBytes, MAX_ANNOTATIONS_BYTES } from './validate-metadata.ts';
import { wholeNode } from './whole-node.ts';

/** Where `kubectl apply` of the client's side keeps what it sent last. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Only as this manager, the one of `kubectl apply --server-side`, do the two ways to apply meet. */
export const meetsClientSideApply = ({ name }: Manager): boolean => name === 'kubectl';

/**
 * Fields that client-side apply set and nobody changed since: kubectl takes them over by a server-side apply
 * without being told to force it.
 */
export function lastAppliedFields(resource: Resource, live: AnyObject | undefined): FieldSet {
  const applied = lastAppliedOf(live);
  if (live === undefined || applied?.apiVersion !== resource.apiVersion) return undefined;
  const node = wholeNode(resource);
  const { set, removed } = changedFields(node, owned(applied), owned(live));
  return difference(difference(fieldsOf(node, owned(applied)), set), removed);
}

/**
 * The object with its annotation telling `configuration`, where it has one: a client-side apply after a
 * server-side one then knows what is no longer said.
 */
export function withLastApplied(object: AnyObject, configuration: AnyObject): AnyObject {
  const { annotations } = object.metadata;
  if (annotations === undefined || (annotations[LAST_APPLIED] ?? '') === '') return object;
  const told = { ...annotations, [LAST_APPLIED]: `${goJson(withoutAnnotation(configuration))}\n` };
  const fits = annotationsBytes(told) <= MAX_ANNOTATIONS_BYTES;
  const metadata = { ...object.metadata, annotations: fits ? told : withoutMember(told, LAST_APPLIED) };
  return { ...object, metadata: metadata as AnyObject['metadata'] };
}

/** `undefined` where there is none or it cannot be read: it is the user's to write. */
function lastAppliedOf(live: AnyObject | undefined): AnyObject | undefined {
  const text = live?.metadata.annotations?.[LAST_APPLIED] ?? '';
  if (text === '') return undefined;
  try {
    const { value } = readJson(Buffer.from(text));
    return isRecord(value) && isRecord(value['metadata']) ? (value as unknown as AnyObject) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof StatusError) return undefined;
    throw error;
  }
}

function withoutAnnotation(configuration: AnyObject): AnyObject {
  const { annotations } = configuration.metadata;
  if (annotations === undefined) return configuration;
  const metadata = withMember({ ...configuration.metadata }, 'annotations', withoutMember(annotations, LAST_APPLIED));
  return { ...configuration, metadata: metadata as unknown as AnyObject['metadata'] };
}

/** As Go writes it: members in order, `<`, `>` and `&` escaped. kubectl compares the text. */
function goJson(value: unknown): string {
  return goEscaped(sorted(value));
}

function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const members = Object.keys(value).toSorted(compareUtf8);
  return `{${members.map(name => `${JSON.stringify(name)}:${sorted(value[name])}`).join(',')}}`;
}

import { isDeepEqual } from '../base/deep-equal.ts';
import { timeOf } from '../base/timestamp.ts';
import { difference, sortedSet, union, type FieldSet } from './field-set.ts';
import { isRecord, withMember, withoutMember } from './json-record.ts';
import { changedFields, type FieldChanges } from './object-fields.ts';
import type { AnyObject, ManagedFieldsEntry } from './object-meta.ts';
import type { Resource } from './resource.ts';
import { zeroObject } from '../schema/zero-value.ts';
import { wholeNode } from './whole-node.ts';

/** Who writes, as `managedFields` tells managers apart. */
export interface Manager {
  readonly name: string;
  readonly subresource: string;
}

/** What a write that was no apply did to the fields that its manager may own. */
export function writtenFields(
  resource: Resource,
  next: AnyObject,
  old: AnyObject | undefined,
  manager: Manager,
): FieldChanges {
  const { subresource } = manager;
  const isStatus =
    resource.status !== true || subresource === 'status' || Object.hasOwn(resource.parts ?? {}, subresource);
  const ownPart = (object: AnyObject) => (isStatus ? ownable(object) : withoutMember(ownable(object), 'status'));
  return changedFields(wholeNode(resource), ownPart(old ?? newborn(resource)), ownPart(next));
}

/** The object with `managedFields` after such a write: what changed is the writer's now. */
export function manageUpdate(
  resource: Resource,
  next: AnyObject,
  old: AnyObject | undefined,
  manager: Manager,
  nowMs: number,
  { set, removed }: FieldChanges = writtenFields(resource, next, old, manager),
): AnyObject {
  const entries = next.metadata.managedFields ?? old?.metadata.managedFields ?? [];
  // Of an object that nobody manages, updates are not told either, until the first apply.
  if (old !== undefined && !entries.some(isManaged)) return withEntries(next, []);
  if (set === undefined && removed === undefined) return withEntries(next, entries);
  const key = entryKey(resource, manager, 'Update');
  const gone = union(set, removed);
  const others = entries.filter(entry => !isOf(entry, key)).flatMap(entry => reduced(entry, gone));
  const mine = entries.find(entry => isOf(entry, key));
  const fields = union(difference(setOf(mine), removed), set);
  return withEntries(next, fields === undefined ? others : [...others, entryWith(mine, key, fields, nowMs)]);
}

/** What a client may own: neither identity, nor what only the server writes, nor `null` in the place of nothing. */
export function owned(object: AnyObject): Readonly<Record<string, unknown>> {
  const { metadata, ...whole } = ownable(object);
  const isPlain = !Object.values(whole).includes(null);
  const rest = isPlain ? whole : Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== null));
  return isRecord(metadata) && Object.keys(metadata).length > 0 ? { metadata, ...rest } : rest;
}

/** The same where what is there and empty is told from what is not there. */
function ownable(object: AnyObject): Readonly<Record<string, unknown>> {
  const { apiVersion: _apiVersion, kind: _kind, metadata, ...rest } = object;
  const { generateName, labels, annotations, ownerReferences, finalizers } = metadata;
  const said = {
    ...(generateName === undefined ? {} : { generateName }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(ownerReferences === undefined ? {} : { ownerReferences }),
    ...(finalizers === undefined ? {} : { finalizers }),
  };
  return { metadata: said, ...rest };
}

/** An object of which nothing has been said: what a client says alike is not told as its own. */
const newborn = ({ fields }: Resource): AnyObject => ({ ...zeroObject(fields), metadata: {} }) as unknown as AnyObject;

type EntryKey = Required<Pick<ManagedFieldsEntry, 'manager' | 'operation' | 'apiVersion'>> & {
  readonly subresource: string;
};

export const entryKey = (
  { apiVersion }: Pick<Resource, 'apiVersion'>,
  { name, subresource }: Manager,
  operation: 'Apply' | 'Update',
): EntryKey => ({ manager: name, operation, apiVersion, subresource });

export const isOf = (entry: ManagedFieldsEntry, key: EntryKey): boolean =>
  entry.manager === key.manager &&
  entry.operation === key.operation &&
  (entry.subresource ?? '') === key.subresource &&
  (key.operation === 'Apply' || entry.apiVersion === key.apiVersion);

export const setOf = (entry: ManagedFieldsEntry | undefined): FieldSet =>
  isRecord(entry?.fieldsV1) && Object.keys(entry.fieldsV1).length > 0 ? entry.fieldsV1 : undefined;

/** The entry without `gone`; none where that leaves nothing. */
export function reduced(entry: ManagedFieldsEntry, gone: FieldSet): readonly ManagedFieldsEntry[] {
  const before = setOf(entry);
  const after = difference(before, gone);
  if (after === undefined) return [];
  return isDeepEqual(after, before) ? [entry] : [{ ...entry, fieldsV1: after }];
}

/** Told anew only where the set is another; `nowMs` is left out where nothing of the object changed with it. */
export function entryWith(
  before: ManagedFieldsEntry | undefined,
  { manager, operation, apiVersion, subresource }: EntryKey,
  fields: FieldSet,
  nowMs: number | undefined,
): ManagedFieldsEntry {
  if (before !== undefined && isDeepEqual(before.fieldsV1, fields)) return before;
  return {
    manager,
    operation,
    apiVersion,
    ...timed(before, nowMs),
    fieldsType: 'FieldsV1',
    fieldsV1: fields === undefined ? {} : sortedSet(fields),
    ...(subresource === '' ? {} : { subresource }),
  };
}

function timed(before: ManagedFieldsEntry | undefined, nowMs: number | undefined): Pick<ManagedFieldsEntry, 'time'> {
  if (nowMs !== undefined) return { time: timeOf(nowMs) };
  return before?.time === undefined ? {} : { time: before.time };
}

/** Applies first, then by time and name; an object nobody manages says nothing. */
export function withEntries(object: AnyObject, entries: readonly ManagedFieldsEntry[]): AnyObject {
  if (entries === object.metadata.managedFields) return object;
  const { managedFields: _before, ...metadata } = object.metadata;
  const told = entries.filter(isManaged).toSorted(compareEntries);
  const all = told.length === 0 ? metadata : withMember({ ...metadata }, 'managedFields', told);
  return { ...object, metadata: all as unknown as AnyObject['metadata'] };
}

export const isManaged = ({ manager = '' }: ManagedFieldsEntry): boolean => manager !== '';

function compareEntries(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  const rank = (entry: ManagedFieldsEntry): string => {
    const { operation, time = '', manager = '', apiVersion = '', subresource = '' } = entry;
    return `${operation === 'Apply' ? 0 : 1} ${time} ${manager} ${apiVersion} ${subresource}`;
  };
  const [x, y] = [rank(a), rank(b)];
  return x < y ? -1 : Number(x > y);
}

import type { Steps } from '../base/steps.ts';
import type { Node } from '../schema/schema.ts';
import { difference, fieldSetAt, fieldSetNode, intersection, pathsOf, type FieldSet } from './field-set.ts';
import { isRecord, type JsonRecord } from './json-record.ts';
import { lastAppliedFields, meetsClientSideApply, withLastApplied } from './last-applied.ts';
import {
  entryKey,
  entryWith,
  isManaged,
  isOf,
  owned,
  reduced,
  setOf,
  withEntries,
  writtenFields,
  type Manager,
} from './managed-fields.ts';
import { mergeConfiguration } from './merge-configuration.ts';
import { changedFields, fieldsOf, itemElement } from './object-fields.ts';
import type { AnyObject, ManagedFieldsEntry } from './object-meta.ts';
import type { Resource } from './resource.ts';
import { MAX_CAUSES, StatusError, type StatusCause } from './status-error.ts';
import { wholeNode } from './whole-node.ts';
import { childNode } from '../schema/patch-meta.ts';

export interface ApplyOptions {
  readonly manager: Manager;
  /** Takes over fields of others instead of failing. */
  readonly force: boolean;
  readonly nowMs: number;
  /** What conflicts tell for the version that others wrote in, where the client sees another kind. */
  readonly shownVersion?: string;
}

/**
 * Server-side apply: what the configuration says is merged into the live object, what this manager applied
 * before and says no more is removed unless others own it too. Throws `StatusError` Conflict.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export async function applyConfiguration(
  steps: Steps,
  resource: Resource,
  live: AnyObject | undefined,
  configuration: AnyObject,
  { manager, force, nowMs, shownVersion }: ApplyOptions,
): Promise<AnyObject> {
  const node = wholeNode(resource);
  const key = entryKey(resource, manager, 'Apply');
  const entries = await managersOf(steps, resource, live, nowMs);
  const mine = entries.find(entry => isOf(entry, key));
  const others = entries.filter(entry => !isOf(entry, key));
  const wanted = await steps.run(() => fieldsOf(node, owned(configuration)));
  const merged = await steps.run(() => mergeConfiguration(node, live, configuration));
  const dropped = await steps.run(() => difference(setOf(mine), wanted));
  const result = (await steps.run(() =>
    dropped === undefined ? merged : prune(node, merged, dropped, [wanted, ...others.map(setOf)]),
  )) as AnyObject;
  const { set, removed } = await steps.run(() =>
    changedFields(node, live === undefined ? {} : owned(live), owned(result)),
  );
  const shown = shownVersion === undefined ? others : others.map(entry => ({ ...entry, apiVersion: shownVersion }));
  if (!force) await steps.run(() => refuseConflicts(shown, difference(set, free(resource, live, manager))));
  const kept = await steps.run(() =>
    others.flatMap(entry => reduced(entry, set)).flatMap(entry => reduced(entry, removed)),
  );
  const told = meetsClientSideApply(manager) ? withLastApplied(result, configuration) : result;
  // Who only joins others in what is there already is not told to have done so at any time.
  const atMs = set === undefined && removed === undefined ? undefined : nowMs;
  const applied = wanted === undefined || Object.keys(wanted).length === 0 ? [] : [entryWith(mine, key, wanted, atMs)];
  return steps.run(() => withEntries(told, [...kept, ...applied]));
}

/** Whoever made an object that nobody manages owns what it says, under one name. */
async function managersOf(
  steps: Steps,
  resource: Resource,
  live: AnyObject | undefined,
  nowMs: number,
): Promise<readonly ManagedFieldsEntry[]> {
  const entries = live?.metadata.managedFields ?? [];
  if (live === undefined || entries.some(isManaged)) return entries;
  const manager = { name: 'before-first-apply', subresource: '' };
  const { set } = await steps.run(() => writtenFields(resource, live, undefined, manager));
  return set === undefined ? [] : [entryWith(undefined, entryKey(resource, manager, 'Update'), set, nowMs)];
}

/** Fields of others that are this manager's for the asking. */
const free = (resource: Resource, live: AnyObject | undefined, manager: Manager): FieldSet =>
  meetsClientSideApply(manager) ? lastAppliedFields(resource, live) : undefined;

function refuseConflicts(others: readonly ManagedFieldsEntry[], taken: FieldSet): void {
  const conflicts = others
    .map(entry => ({ entry, fields: pathsOf(intersection(setOf(entry), taken)).slice(0, MAX_CAUSES) }))
    .filter(({ fields }) => fields.length > 0);
  if (conflicts.length > 0) throw conflictError(conflicts);
}

/** `value` without what `dropped` names and none of `owners` holds, at that path or below it. */
function prune(node: Node | undefined, value: unknown, dropped: JsonRecord, holders: readonly FieldSet[]): unknown {
  const edits = new Map<string, Edit>();
  for (const [element, set] of fieldSetNode(dropped).children) {
    const owners = holders.map(holder => fieldSetAt(holder, element)).filter(owner => owner !== undefined);
    const goes = fieldSetNode(set).self && owners.length === 0;
    edits.set(element, (inner, part) => (goes ? undefined : prune(inner, part, set, owners)));
  }
  return edits.size === 0 ? value : edited(node, value, edits);
}

/** `undefined` takes the part away. */
type Edit = (node: Node | undefined, part: unknown) => unknown;

/** `value` with the parts edited that path elements name. */
function edited(node: Node | undefined, value: unknown, edits: ReadonlyMap<string, Edit>): unknown {
  if (isRecord(value)) {
    const kept = Object.entries(value).flatMap(([name, part]) => {
      const edit = edits.get(`f:${name}`);
      const next = edit === undefined ? part : edit(node === undefined ? undefined : childNode(node, name), part);
      return next === undefined ? [] : [[name, next] as const];
    });
    return Object.fromEntries(kept);
  }
  if (!Array.isArray(value) || node?.kind !== 'list') return value;
  return value.flatMap((item: unknown) => {
    const edit = edits.get(itemElement(node, item) ?? '');
    const next = edit === undefined ? item : edit(node.item, item);
    return next === undefined ? [] : [next];
  });
}

interface Conflict {
  readonly entry: ManagedFieldsEntry;
  readonly fields: readonly string[];
}

/** Worded as apimachinery's managedfields conflict errors, which kubectl shows. */
function conflictError(found: readonly Conflict[]): StatusError {
  const conflicts = found.toSorted((a, b) => (managerText(a.entry) < managerText(b.entry) ? -1 : 1));
  const causes: readonly StatusCause[] = conflicts.flatMap(({ entry, fields }) =>
    fields.map(field => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${managerText(entry)}`,
      field,
    })),
  );
  const [only] = causes;
  const text =
    causes.length === 1 && only !== undefined
      ? `Apply failed with 1 conflict: ${only.message}: ${only.field}`
      : `Apply failed with ${causes.length} conflicts: ${conflicts
          .map(({ entry, fields }) => `conflicts with ${managerText(entry)}:\n${fields.map(f => `- ${f}`).join('\n')}`)
          .join('\n')}`;
  return new StatusError('Conflict', text, { details: { causes } });
}

function managerText({ manager = '', operation, subresource, apiVersion }: ManagedFieldsEntry): string {
  const name = `${JSON.stringify(manager)}${subresource === undefined ? '' : ` with subresource ${JSON.stringify(subresource)}`}`;
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}

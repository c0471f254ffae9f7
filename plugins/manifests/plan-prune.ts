import { jsonOf } from '../../src/base/json-of.ts';
import { isRecord } from '../../src/base/is-record.ts';

/** Names an object that was applied from a file. */
export interface AppliedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** '' for kinds without namespaces. */
  readonly namespace: string;
  /** Absent until it was applied once. */
  readonly uid?: string;
}

/** What was applied, by file. */
export type Applied = ReadonlyMap<string, readonly AppliedObject[]>;

const keyOf = ({ apiVersion, kind, namespace, name }: AppliedObject): string =>
  [apiVersion.replace(/\/?[^/]*$/, ''), kind, namespace, name].join(' ');

/** What a file no longer says, last first; what another file says too stays. */
export function planPrune(applied: Applied, file: string, wanted: readonly AppliedObject[]): readonly AppliedObject[] {
  const others = [...applied].flatMap(([name, objects]) => (name === file ? [] : objects));
  const kept = new Set([...wanted, ...others].map(keyOf));
  return (applied.get(file) ?? []).filter(object => !kept.has(keyOf(object))).toReversed();
}

/** What may be there while a file is being applied: nothing of it may be forgotten, whenever this process dies. */
export function unionOf(before: readonly AppliedObject[], wanted: readonly AppliedObject[]): readonly AppliedObject[] {
  const known = new Set(before.map(keyOf));
  return [...before, ...wanted.filter(object => !known.has(keyOf(object)))];
}

export const printed = (objects: readonly AppliedObject[]): string => JSON.stringify(objects);

/** What `printed` wrote. The record is anybody's to edit: what is damaged names nothing. */
export function parsed(text: string): readonly AppliedObject[] {
  const value = jsonOf(text);
  return Array.isArray(value) ? value.filter(isApplied) : [];
}

const isApplied = (value: unknown): value is AppliedObject =>
  isRecord(value) &&
  [value['apiVersion'], value['kind'], value['name'], value['namespace'], value['uid'] ?? ''].every(
    part => typeof part === 'string',
  );

import { isRecord } from '../base/is-record.ts';
import { at, child } from './field-path.ts';
import type { Node } from './schema.ts';

/** More are not listed: a body full of nonsense must not make an answer of the same size. */
const MAX_UNKNOWN_FIELDS = 100;

/** Paths of the fields that the schema does not know, in order: `spec.containers[0].imagee`. */
export function unknownFields(node: Node, value: unknown): readonly string[] {
  const found: string[] = [];
  visit(node, value, '', found);
  return found;
}

/** As strict decoding words it; joined by `, ` after `strict decoding error: `. */
export const unknownFieldMessage = (path: string): string => `unknown field "${path}"`;

function visit(node: Node, value: unknown, path: string, found: string[]): void {
  if (found.length >= MAX_UNKNOWN_FIELDS) return;
  if (node.kind === 'list' && Array.isArray(value)) {
    if (isLeaf(node.item)) return;
    for (const [index, item] of value.entries()) visit(node.item, item, at(path, index), found);
  } else if (node.kind === 'map' && isRecord(value)) {
    if (isLeaf(node.value)) return;
    for (const [key, item] of Object.entries(value)) visit(node.value, item, child(path, key), found);
  } else if (node.kind === 'object' && isRecord(value)) {
    for (const [key, item] of Object.entries(value)) {
      const prop = Object.hasOwn(node.props, key) ? node.props[key] : undefined;
      if (prop !== undefined) visit(prop, item, child(path, key), found);
      else if (found.length < MAX_UNKNOWN_FIELDS) found.push(child(path, key));
    }
  }
}

/** `value` without the fields that the schema does not know; shares all that it keeps. */
export function prune(node: Node, value: unknown): unknown {
  if (node.kind === 'list' && Array.isArray(value) && !isLeaf(node.item)) {
    const next = value.map((item: unknown) => prune(node.item, item));
    return next.every((item, index) => item === value[index]) ? value : next;
  }
  if (node.kind === 'map' && isRecord(value) && !isLeaf(node.value)) {
    return rebuilt(value, (_key, item) => prune(node.value, item));
  }
  if (node.kind === 'object' && isRecord(value)) {
    return rebuilt(value, (key, item) => {
      const prop = Object.hasOwn(node.props, key) ? node.props[key] : undefined;
      return prop === undefined ? undefined : prune(prop, item);
    });
  }
  return value;
}

type Rebuild = (key: string, item: unknown) => unknown;

/** `undefined` drops the entry. */
function rebuilt(source: Readonly<Record<string, unknown>>, next: Rebuild): Readonly<Record<string, unknown>> {
  const entries = Object.entries(source);
  const kept = entries.flatMap(([key, item]) => {
    const after = next(key, item);
    return after === undefined ? [] : [[key, after] as const];
  });
  const same = kept.length === entries.length && kept.every(([, item], index) => item === entries[index]?.[1]);
  return same ? source : Object.fromEntries(kept);
}

const isLeaf = ({ kind }: Node): boolean => kind !== 'object' && kind !== 'list' && kind !== 'map';

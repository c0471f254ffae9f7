import { isRecord } from '../base/is-record.ts';
import { compiled } from './compiled.ts';
import { propsOf } from './props-of.ts';
import type { Node, ObjectNode } from './schema.ts';
import { Trail } from './trail.ts';

/** More are not listed: a body full of nonsense must not make an answer of the same size. */
const MAX_UNKNOWN_FIELDS = 100;

/** Paths of the fields that the schema does not know, in order: `spec.containers[0].imagee`. */
export function unknownFields(node: Node, value: unknown): readonly string[] {
  const found: string[] = [];
  searchOf(node)(value, new Trail(''), found);
  return found;
}

/** As strict decoding words it; joined by `, ` after `strict decoding error: `. */
export const unknownFieldMessage = (path: string): string => `unknown field "${path}"`;

type Search = (value: unknown, trail: Trail, found: string[]) => void;

const nothing: Search = () => undefined;

const searchOf = compiled((node: Node): Search => {
  switch (node.kind) {
    case 'object':
      return objectSearch(node);
    case 'map':
      return isLeaf(node.value) ? nothing : mapSearch(searchOf(node.value));
    case 'list':
      return isLeaf(node.item) ? nothing : listSearch(searchOf(node.item));
    default:
      return nothing;
  }
});

function objectSearch(node: ObjectNode): Search {
  let known: ReadonlyMap<string, Search> | undefined;
  return (value, trail, found) => {
    if (!isRecord(value)) return;
    known ??= new Map(propsOf(node).map(([name, prop]) => [name, searchOf(prop)]));
    for (const key of Object.keys(value)) {
      const search = known.get(key);
      if (search === nothing) continue;
      trail.enter(key);
      if (search !== undefined) search(value[key], trail, found);
      else if (found.length < MAX_UNKNOWN_FIELDS) found.push(trail.path());
      trail.leave();
    }
  };
}

const mapSearch =
  (search: Search): Search =>
  (value, trail, found) => {
    if (!isRecord(value)) return;
    for (const key of Object.keys(value)) {
      trail.enter(key);
      search(value[key], trail, found);
      trail.leave();
    }
  };

const listSearch =
  (search: Search): Search =>
  (value, trail, found) => {
    if (!Array.isArray(value)) return;
    for (const [index, item] of value.entries()) {
      trail.enter(index);
      search(item, trail, found);
      trail.leave();
    }
  };

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

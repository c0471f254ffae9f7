import { isRecord, type JsonRecord } from './json-record.ts';

/**
 * A set of field paths in the form it is stored in, `FieldsV1`: `{"f:spec":{"f:replicas":{}}}`. A member
 * without members below is `{}`, one with members below has `.`. The empty set is `undefined`.
 * https://github.com/kubernetes-sigs/structured-merge-diff/blob/master/fieldpath/serialize.go
 */
export type FieldSet = JsonRecord | undefined;

const SELF = '.';
const LEAF: JsonRecord = Object.freeze({});

const hasSelf = (set: JsonRecord): boolean => Object.hasOwn(set, SELF) || Object.keys(set).length === 0;
const below = (set: JsonRecord): readonly (readonly [string, JsonRecord])[] =>
  Object.entries(set).filter((entry): entry is [string, JsonRecord] => entry[0] !== SELF && isRecord(entry[1]));
const at = (set: FieldSet, element: string): FieldSet => {
  const found = set !== undefined && Object.hasOwn(set, element) ? set[element] : undefined;
  return isRecord(found) ? found : undefined;
};

/** The set of a path and what lies below it; `undefined` where that is nothing. */
export function fieldSet(self: boolean, children: Iterable<readonly [string, FieldSet]>): FieldSet {
  const kept = [...children].filter(([, set]) => set !== undefined);
  if (kept.length === 0) return self ? LEAF : undefined;
  return Object.fromEntries(self ? [[SELF, LEAF], ...kept] : kept);
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === undefined || b === undefined || a === b) return a ?? b;
  const children = new Map<string, FieldSet>(below(a));
  for (const [element, set] of below(b)) children.set(element, union(children.get(element), set));
  return fieldSet(hasSelf(a) || hasSelf(b), children);
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (a === undefined || b === undefined) return undefined;
  return fieldSet(
    hasSelf(a) && hasSelf(b),
    below(a).map(([element, set]) => [element, intersection(set, at(b, element))] as const),
  );
}

/** Paths of `a` that are not in `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (a === undefined || b === undefined) return a;
  return fieldSet(
    hasSelf(a) && !hasSelf(b),
    below(a).map(([element, set]) => [element, difference(set, at(b, element))] as const),
  );
}

/** The same set in the order in which it is written: clients that sort what they read are to read what was sent. */
export function sortedSet(set: JsonRecord): JsonRecord {
  const names = Object.keys(set);
  if (names.length === 0) return set;
  return Object.fromEntries(
    names.sort().map(name => {
      const inner = set[name];
      return [name, isRecord(inner) ? sortedSet(inner) : inner];
    }),
  );
}

/** One step of a walk down a set: what it says of a path itself and of the paths below. */
export interface FieldSetNode {
  readonly self: boolean;
  readonly children: readonly (readonly [string, JsonRecord])[];
}
export const fieldSetNode = (set: JsonRecord): FieldSetNode => ({ self: hasSelf(set), children: below(set) });
export const fieldSetAt = at;

/** Every member as messages name it, `.spec.containers[name="a"].image`: of each level first, each sorted. */
export function pathsOf(set: FieldSet, prefix = ''): readonly string[] {
  if (set === undefined) return [];
  const children = below(set)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([element, next]) => [`${prefix}${printedElement(element)}`, next] as const);
  return [
    ...children.filter(([, next]) => hasSelf(next)).map(([path]) => path),
    ...children.flatMap(([path, next]) => pathsOf(next, path)),
  ];
}

/** A path element as messages name it: `.name`, `[name="a"]`, `[0]`. */
export function printedElement(element: string): string {
  const text = element.slice(2);
  switch (element.slice(0, 2)) {
    case 'k:': {
      const key: unknown = JSON.parse(text);
      const parts = isRecord(key) ? Object.entries(key) : [];
      return `[${parts.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
    }
    case 'v:':
      return `[=${text}]`;
    case 'i:':
      return `[${text}]`;
    default:
      return `.${text}`;
  }
}

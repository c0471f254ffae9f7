import { isRecord } from '../base/is-record.ts';
import { inNameOrder, inStructOrder } from './in-struct-order.ts';
import { propsOf } from './props-of.ts';
import type { AnySchema, Node, ObjectNode } from './schema.ts';
import { ZERO } from './zero-value.ts';

type Members = Readonly<Record<string, unknown>>;

/** In what the type that upstream works with differs from the one of a version. */
export interface UnversionedStruct {
  /** Members by their names in JSON, in the order of the struct; those that are not named here follow. */
  readonly order?: readonly string[];
  /** Go's names of its members, where the names all structs share do not tell. */
  readonly names?: Readonly<Record<string, string>>;
  /** Members whose own stand in their place. */
  readonly spread?: readonly string[];
  /** Members it has besides, before the others. */
  readonly more?: Readonly<Record<string, AnySchema>>;
  /** Members it has not. */
  readonly without?: readonly string[];
  /** What it is made from, where that is not all in the place of the version. */
  readonly membersOf?: (value: Members) => Members;
}

export interface Unversioned {
  /** By the last part of the component's name. */
  readonly structs: ReadonlyMap<string, UnversionedStruct>;
  /** Go's names of members, where it is not the one in JSON with a capital letter. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * A value as upstream's messages show it, which are written from types without a version: all fields are there, by
 * their names in Go. What `apimachinery` declares is written there as in the API.
 */
export function unversioned(node: Node, value: unknown, types: Unversioned): unknown {
  switch (node.kind) {
    case 'list':
      return Array.isArray(value) ? value.map(item => unversioned(node.item, item, types)) : null;
    case 'map':
      return isRecord(value) ? inNameOrder(value, member => unversioned(node.value, member, types)) : null;
    case 'object':
      if (value !== undefined && !isRecord(value)) return value;
      return value === undefined && isPointer(node) ? null : struct(node, value ?? {}, types);
    default:
      return value ?? (isPointer(node) ? null : ZERO[node.kind]);
  }
}

const isPointer = ({ meta }: Node): boolean => meta.optional === true && meta.omitEmpty !== true;

function struct(node: ObjectNode, value: Members, types: Unversioned): unknown {
  const name = node.meta.name ?? '';
  if (name.startsWith('io.k8s.apimachinery.')) return inStructOrder(node, value);
  const kept = types.structs.get(lastPart(name)) ?? {};
  const { names = {}, spread = [], membersOf } = kept;
  const members = membersOf?.(value) ?? value;
  return Object.fromEntries(
    propsIn(kept, node).flatMap(([member, prop]) => {
      const shown = unversioned(prop, members[member], types);
      if (spread.includes(member)) return isRecord(shown) ? Object.entries(shown) : [];
      return [[names[member] ?? types.names.get(member) ?? capital(member), shown] as const];
    }),
  );
}

function propsIn(
  { order = [], more = {}, without = [] }: UnversionedStruct,
  node: ObjectNode,
): readonly (readonly [string, Node])[] {
  const all = [
    ...Object.entries(more).map(([name, schema]) => [name, schema.node] as const),
    ...propsOf(node).filter(([name]) => !without.includes(name)),
  ];
  const rank = ([name]: readonly [string, Node]): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return all.toSorted((a, b) => rank(a) - rank(b));
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

import { compiled } from '../schema/compiled.ts';
import { childNode, isAtomic, listMeta } from '../schema/patch-meta.ts';
import { propsOf } from '../schema/props-of.ts';
import type { ListNode, Node } from '../schema/schema.ts';
import { isRecord, member } from './json-record.ts';

/** How the value at one node is owned: as a whole, by its members, or by its items. */
export interface FieldOwnership {
  readonly isAtomic: boolean;
  /** Of a record: members may be owned one by one. */
  readonly hasMembers: boolean;
  /** Members that the schema knows by name; made when first asked for. */
  readonly members: ReadonlyMap<string, OwnedMember>;
  /** Of members that are not known by name, and of items. */
  readonly inner: FieldOwnership;
  readonly isList: boolean;
  /** The path element of an item, `k:{"name":"a"}` or `v:"x"`; `undefined` where it has none. */
  elementOf(this: void, item: unknown): string | undefined;
}

export interface OwnedMember {
  /** `f:name`. */
  readonly element: string;
  readonly owned: FieldOwnership;
}

/** Of what the schema does not know: members are owned one by one, lists as a whole. */
const UNKNOWN: FieldOwnership = {
  isAtomic: false,
  hasMembers: true,
  members: new Map(),
  get inner() {
    return UNKNOWN;
  },
  isList: false,
  elementOf: () => undefined,
};

export const ownershipOf = (node: Node | undefined): FieldOwnership =>
  node === undefined ? UNKNOWN : ownershipOfNode(node);

const ownershipOfNode = compiled((node: Node): FieldOwnership => {
  let members: ReadonlyMap<string, OwnedMember> | undefined;
  return {
    isAtomic: isAtomic(node),
    hasMembers: node.kind === 'object' || node.kind === 'map',
    get members() {
      return (members ??= membersOf(node));
    },
    inner: node.kind === 'map' ? ownershipOf(node.value) : node.kind === 'list' ? ownershipOf(node.item) : UNKNOWN,
    isList: node.kind === 'list',
    elementOf: node.kind === 'list' ? elementsOf(node) : () => undefined,
  };
});

const membersOf = (node: Node): ReadonlyMap<string, OwnedMember> =>
  new Map(
    node.kind === 'object'
      ? propsOf(node).map(([name, prop]) => [name, { element: `f:${name}`, owned: ownershipOf(prop) }])
      : [],
  );

function elementsOf(node: ListNode): FieldOwnership['elementOf'] {
  const meta = listMeta(node);
  if (meta?.listType === 'set') return item => `v:${JSON.stringify(item)}`;
  if (meta?.listType !== 'map') return () => undefined;
  const keys = meta.mapKeys.toSorted().map(name => ({
    name,
    head: `${JSON.stringify(name)}:`,
    // A key that is left out is its default.
    standing: childNode(node.item, name)?.meta.default,
  }));
  return item => {
    if (!isRecord(item)) return undefined;
    let text = '';
    for (const { name, head, standing } of keys) {
      const value = member(item, name) ?? standing;
      if (value !== undefined) text += `${text === '' ? '' : ','}${head}${JSON.stringify(value)}`;
    }
    return `k:{${text}}`;
  };
}

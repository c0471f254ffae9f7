import type { ListNode, Node } from './schema.ts';

/** How a list is merged. */
export interface ListMeta {
  /** Of strategic merge: `null` when a patch replaces the list; '' when it adds plain values. */
  readonly mergeKey: string | null;
  /** Of strategic merge: what is not listed in `$retainKeys` goes away. */
  readonly retainKeys: boolean;
  /** Of apply. */
  readonly listType: 'atomic' | 'set' | 'map';
  readonly mapKeys: readonly string[];
}

/** What strategic merge and apply need to know of a list; `undefined` for other nodes. */
export function listMeta(node: Node): ListMeta | undefined {
  if (node.kind !== 'list') return undefined;
  let meta = known.get(node);
  if (meta === undefined) known.set(node, (meta = metaOf(node)));
  return meta;
}

const known = new WeakMap<ListNode, ListMeta>();

function metaOf(node: ListNode): ListMeta {
  const { listMapKeys = [], listSet = false, patchKey, retainKeys = false } = node.meta;
  const natural = listSet ? '' : (listMapKeys[0] ?? null);
  return {
    mergeKey: patchKey === undefined ? natural : patchKey,
    retainKeys,
    listType: listMapKeys.length > 0 ? 'map' : listSet ? 'set' : 'atomic',
    mapKeys: listMapKeys,
  };
}

/** Apply owns the node as a whole: a scalar, an atomic list, or an object or map marked so. */
export function isAtomic(node: Node): boolean {
  if (node.kind === 'list') return listMeta(node)?.listType === 'atomic';
  return (node.kind !== 'object' && node.kind !== 'map') || (node.meta.atomic === true && node.meta.granular !== true);
}

/** The node of a field of an object or a key of a map; `undefined` where the schema knows none. */
export function childNode(node: Node, key: string): Node | undefined {
  if (node.kind === 'map') return node.value;
  return node.kind === 'object' && Object.hasOwn(node.props, key) ? node.props[key] : undefined;
}

/** The node at a path of field names; list items and map values are entered by any segment. */
export function nodeAt(node: Node, path: readonly string[]): Node | undefined {
  let current: Node | undefined = node;
  for (const segment of path) {
    if (current === undefined) return undefined;
    current = current.kind === 'list' ? current.item : childNode(current, segment);
  }
  return current;
}

import type { NodeView } from './contract.ts';

/**
 * Which nodes something is true of, 1 at the place of each; `undefined` where it is true of none. Worked out once as
 * long as `ClusterView.nodes` is the same array, so only of what that promises to stand still.
 */
export function nodeMarks(
  isMarked: (node: NodeView) => boolean,
): (nodes: readonly NodeView[]) => Uint8Array | undefined {
  const known = new WeakMap<readonly NodeView[], Uint8Array | undefined>();
  return nodes => {
    if (!known.has(nodes)) {
      const marks = Uint8Array.from(nodes, node => Number(isMarked(node)));
      known.set(nodes, marks.includes(1) ? marks : undefined);
    }
    return known.get(nodes);
  };
}

import type { Node } from './schema.ts';

/** `compile`, done once a node and when it is first asked for: most parts of most kinds never are. */
export function compiled<N extends Node, T>(compile: (node: N) => T): (node: N) => T {
  const known = new WeakMap<N, T>();
  return node => {
    let result = known.get(node);
    if (result === undefined) {
      result = compile(node);
      known.set(node, result);
    }
    return result;
  };
}

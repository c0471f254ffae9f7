import type { Node } from './node.ts';

const KEYS: readonly string[] = ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone'];

/** The labels of a node that its pods get as well; `undefined` where it has none. */
export function topologyLabelsOf(node: Node | undefined): Readonly<Record<string, string>> | undefined {
  const labels = Object.entries(node?.metadata.labels ?? {}).filter(([key]) => KEYS.includes(key));
  return labels.length === 0 ? undefined : Object.fromEntries(labels);
}

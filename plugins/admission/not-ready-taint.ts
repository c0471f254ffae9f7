import type { NodeSpec } from '../kinds/core/v1/node-spec.ts';

const NOT_READY = 'node.kubernetes.io/not-ready';

/** A new node takes no pods before its kubelet has said that it is ready; the node controller lifts the taint. */
export function withNotReadyTaint(spec: NodeSpec): NodeSpec {
  const taints = spec.taints ?? [];
  if (taints.some(({ key, effect }) => key === NOT_READY && effect === 'NoSchedule')) return spec;
  return { ...spec, taints: [...taints, { key: NOT_READY, effect: 'NoSchedule' }] };
}

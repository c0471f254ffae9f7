import type { Others } from '../admission/node-account.ts';
import { notEnough, shortagesOf } from '../admission/shortages.ts';
import type { Amounts } from '../admission/taken.ts';

/** Why a node does not let a pod have what it asks for. */
export interface ResizeRefusal {
  /** `Infeasible`: not even alone. `Deferred`: not beside the pods that there are. */
  readonly reason: 'Infeasible' | 'Deferred';
  readonly message: string;
}

/** In the kubelet's words; `undefined` where the node has it. */
export function resizeRefusal(wanted: Amounts, others: Others, node: Amounts): ResizeRefusal | undefined {
  for (const resource of ['memory', 'cpu']) {
    const [requested, capacity] = [wanted.get(resource) ?? 0, node.get(resource) ?? 0];
    if (requested <= capacity) continue;
    const what = `${resource}, requested: ${requested}, capacity: ${capacity}`;
    return { reason: 'Infeasible', message: `Node didn't have enough capacity: ${what}` };
  }
  const [shortage] = shortagesOf(wanted, others, node);
  return shortage && { reason: 'Deferred', message: notEnough(shortage) };
}

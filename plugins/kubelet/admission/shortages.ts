import { isExtended } from '../../kinds/core/v1/resource-names.ts';
import type { Others } from './node-account.ts';
import type { Amounts } from './taken.ts';

/** A resource of which a node has too little left; amounts in its unit, processors in thousandths. */
export interface Shortage {
  readonly resource: string;
  readonly requested: number;
  readonly used: number;
  readonly capacity: number;
}

/**
 * What a node has too little of for a pod beside the others. Resources of others that it does not have are somebody
 * else's to count, unless they are the kubelet's own.
 */
export function shortagesOf(wanted: Amounts, others: Others, node: Amounts): readonly Shortage[] {
  const found: Shortage[] = [];
  for (const [resource, requested] of wanted) {
    if (requested === 0 || (isExtended(resource) && !node.has(resource))) continue;
    const [used, capacity] = [others.amount(resource), node.get(resource) ?? 0];
    if (requested > capacity - used) found.push({ resource, requested, used, capacity });
  }
  return found;
}

/** The kubelet's words for it. */
export const notEnough = ({ resource, requested, used, capacity }: Shortage): string =>
  `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`;

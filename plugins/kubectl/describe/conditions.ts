import { listAt, textAt } from '../dig.ts';
import type { KubeObject } from '../kube-object.ts';
import type { Description } from './description.ts';

/** Type, status and reason of a workload's conditions. */
export function describeConditions(out: Description, object: KubeObject): void {
  const conditions = listAt(object, 'status', 'conditions');
  if (conditions.length === 0) return;
  out.line('Conditions:');
  out.line('Type\tStatus\tReason', 1);
  out.line('----\t------\t------', 1);
  for (const condition of conditions) {
    out.line(`${textAt(condition, 'type')} \t${textAt(condition, 'status')}\t${textAt(condition, 'reason')}`, 1);
  }
}

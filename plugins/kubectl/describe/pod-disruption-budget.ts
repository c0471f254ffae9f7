import type { Call } from '../command/verb.ts';
import { dig, numberAt, textAt } from '../dig.ts';
import { nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';
import { selectorText } from '../streams/pod-of.ts';
import type { Description } from './description.ts';
import { describeEvents } from './events.ts';

export async function describePodDisruptionBudget(call: Call, out: Description, budget: KubeObject): Promise<void> {
  const count = (field: string): number => numberAt(budget, 'status', field) ?? 0;
  out.field('Name', nameOf(budget));
  out.field('Namespace', namespaceOf(budget));
  if (dig(budget, 'spec', 'minAvailable') !== undefined)
    out.field('Min available', textAt(budget, 'spec', 'minAvailable'));
  else if (dig(budget, 'spec', 'maxUnavailable') !== undefined)
    out.field('Max unavailable', textAt(budget, 'spec', 'maxUnavailable'));
  out.field('Selector', selectorText(budget) ?? '<unset>');
  out.line('Status:');
  out.field('Allowed disruptions', count('disruptionsAllowed'), 2);
  out.field('Current', count('currentHealthy'), 2);
  out.field('Desired', count('desiredHealthy'), 2);
  out.field('Total', count('expectedPods'), 2);
  await describeEvents(call, out, budget);
}

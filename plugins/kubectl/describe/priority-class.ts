import type { Call } from '../command/verb.ts';
import { dig, numberAt, textAt, textsAt } from '../dig.ts';
import { nameOf, type KubeObject } from '../kube-object.ts';
import type { Description } from './description.ts';
import { describeEvents } from './events.ts';
import { joinedLabels } from './labels.ts';

export async function describePriorityClass(call: Call, out: Description, priority: KubeObject): Promise<void> {
  out.field('Name', nameOf(priority));
  out.field('Value', numberAt(priority, 'value') ?? 0);
  out.field('GlobalDefault', String(dig(priority, 'globalDefault') === true));
  out.field('PreemptionPolicy', textAt(priority, 'preemptionPolicy'));
  out.field('Description', textAt(priority, 'description'));
  out.field('Annotations', joinedLabels(textsAt(priority, 'metadata', 'annotations')));
  await describeEvents(call, out, priority);
}

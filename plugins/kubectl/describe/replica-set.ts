import { listObjects } from '../builder/found.ts';
import type { Call } from '../command/verb.ts';
import { dig, listAt, numberAt, textAt } from '../dig.ts';
import { nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';
import { selectorText } from '../streams/pod-of.ts';
import { describeConditions } from './conditions.ts';
import type { Description } from './description.ts';
import { describeEvents } from './events.ts';
import { controllerOf, describeMaps } from './head.ts';
import { describeTemplate } from './template.ts';

export async function describeReplicaSet(call: Call, out: Description, set: KubeObject): Promise<void> {
  out.field('Name', nameOf(set));
  out.field('Namespace', namespaceOf(set));
  out.field('Selector', selectorText(set) ?? '<none>');
  describeMaps(out, set);
  const controller = controllerOf(set);
  if (controller !== '') out.field('Controlled By', controller);
  out.field(
    'Replicas',
    `${numberAt(set, 'status', 'replicas') ?? 0} current / ${numberAt(set, 'spec', 'replicas') ?? 0} desired`,
  );
  out.field('Pods Status', await podsStatus(call, set));
  out.line('Pod Template:');
  describeTemplate(out, dig(set, 'spec', 'template'));
  describeConditions(out, set);
  await describeEvents(call, out, set);
}

async function podsStatus({ cluster }: Call, set: KubeObject): Promise<string> {
  const pods = await listObjects(await cluster.client(), (await cluster.names()).named('pods'), namespaceOf(set), {
    labelSelector: selectorText(set),
  });
  const uid = textAt(set, 'metadata', 'uid');
  const own = pods.filter(pod =>
    listAt(pod, 'metadata', 'ownerReferences').some(owner => textAt(owner, 'uid') === uid),
  );
  const count = (phase: string): number => own.filter(pod => textAt(pod, 'status', 'phase') === phase).length;
  return `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`;
}

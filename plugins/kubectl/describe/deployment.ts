import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { listObjects } from '../builder/found.ts';
import type { Call } from '../command/verb.ts';
import { dig, listAt, numberAt, textAt, type Fields } from '../dig.ts';
import { nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';
import { plainTemplate } from '../rollout/revisions.ts';
import { selectorText } from '../streams/pod-of.ts';
import { describeConditions } from './conditions.ts';
import type { Description } from './description.ts';
import { describeEvents } from './events.ts';
import { describeMaps } from './head.ts';
import { longTime } from './long-time.ts';
import { describeTemplate } from './template.ts';

export async function describeDeployment(call: Call, out: Description, deployment: KubeObject): Promise<void> {
  const count = (field: string): number => numberAt(deployment, 'status', field) ?? 0;
  out.field('Name', nameOf(deployment));
  out.field('Namespace', namespaceOf(deployment));
  out.field('CreationTimestamp', longTime(textAt(deployment, 'metadata', 'creationTimestamp')));
  describeMaps(out, deployment);
  out.field('Selector', selectorText(deployment) ?? '');
  out.field(
    'Replicas',
    `${numberAt(deployment, 'spec', 'replicas') ?? 0} desired | ${count('updatedReplicas')} updated | ${count('replicas')} total | ` +
      `${count('availableReplicas')} available | ${count('unavailableReplicas')} unavailable`,
  );
  out.field('StrategyType', textAt(deployment, 'spec', 'strategy', 'type'));
  out.field('MinReadySeconds', numberAt(deployment, 'spec', 'minReadySeconds') ?? 0);
  const rolling = dig(deployment, 'spec', 'strategy', 'rollingUpdate');
  if (rolling !== undefined) {
    const [unavailable, surge] = [textAt(rolling, 'maxUnavailable'), textAt(rolling, 'maxSurge')];
    out.field('RollingUpdateStrategy', `${unavailable} max unavailable, ${surge} max surge`);
  }
  out.line('Pod Template:');
  describeTemplate(out, dig(deployment, 'spec', 'template'));
  describeConditions(out, deployment);
  await describeReplicaSets(call, out, deployment);
  await describeEvents(call, out, deployment);
}

async function describeReplicaSets({ cluster }: Call, out: Description, deployment: KubeObject): Promise<void> {
  const sets = await listObjects(
    await cluster.client(),
    (await cluster.names()).named('replicasets.apps'),
    namespaceOf(deployment),
    {
      labelSelector: selectorText(deployment),
    },
  );
  const uid = textAt(deployment, 'metadata', 'uid');
  const own = sets.filter(set =>
    listAt(set, 'metadata', 'ownerReferences').some(owner => textAt(owner, 'uid') === uid),
  );
  if (own.length === 0) return;
  const template = dig(deployment, 'spec', 'template') as Fields;
  const isNew = (set: KubeObject): boolean =>
    isDeepEqual(plainTemplate(dig(set, 'spec', 'template') as Fields), plainTemplate(template));
  out.field('OldReplicaSets', setsText(own.filter(set => !isNew(set))));
  out.field('NewReplicaSet', setsText(own.filter(isNew)));
}

const setsText = (sets: readonly KubeObject[]): string =>
  sets
    .map(
      set =>
        `${nameOf(set)} (${numberAt(set, 'status', 'replicas') ?? 0}/${numberAt(set, 'spec', 'replicas') ?? 0} replicas created)`,
    )
    .join(', ') || '<none>';

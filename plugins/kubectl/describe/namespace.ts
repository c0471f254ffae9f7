import type { Call } from '../command/verb.ts';
import { listAt, textAt } from '../dig.ts';
import { listObjects } from '../builder/found.ts';
import { nameOf, type KubeObject } from '../kube-object.ts';
import type { Description } from './description.ts';
import { describeHead } from './head.ts';
import { describeLimitRanges, describeQuotas } from './limits.ts';
import { longTime } from './long-time.ts';

export async function describeNamespace(call: Call, out: Description, namespace: KubeObject): Promise<void> {
  describeHead(out, namespace);
  out.field('Status', textAt(namespace, 'status', 'phase'));
  const conditions = listAt(namespace, 'status', 'conditions');
  if (conditions.length > 0) {
    out.line('Conditions:');
    out.line('Type\tStatus\tLastTransitionTime\tReason\tMessage', 1);
    out.line('----\t------\t------------------\t------\t-------', 1);
    for (const each of conditions) {
      const cell = (field: string): string => textAt(each, field);
      out.line(
        [cell('type'), cell('status'), longTime(cell('lastTransitionTime')), cell('reason'), cell('message')].join(
          '\t',
        ),
        1,
      );
    }
  }
  const names = await call.cluster.names();
  for (const [type, describeAll] of [
    ['resourcequotas', describeQuotas],
    ['limitranges', describeLimitRanges],
  ] as const) {
    const resource = names.find(type);
    if (resource === undefined) continue;
    out.line('');
    describeAll(out, await listObjects(await call.cluster.client(), resource, nameOf(namespace)));
  }
}

import { PRINT_FLAGS } from '../builder/builder-flags.ts';
import type { Verb } from '../command/verb.ts';
import { fieldsAt, listAt, textAt } from '../dig.ts';
import type { KubeObject } from '../kube-object.ts';
import { printOr } from '../print/printer.ts';
import { alignTabs, TABLE_TABS } from '../print/tab-text.ts';

export const whoamiVerb: Verb = {
  usage: '[flags]',
  about: 'Check self subject attributes.',
  flags: PRINT_FLAGS,
  async run(call) {
    const review = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'SelfSubjectReview',
      metadata: { creationTimestamp: null },
    };
    const client = await call.cluster.client();
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const answer = (await client.json(path, { method: 'POST', body: review })) as KubeObject;
    call.terminal.out(await printOr(call, answer, () => table(answer)));
  },
};

function table(review: KubeObject): string {
  const user = fieldsAt(review, 'status', 'userInfo');
  const shown = (list: readonly unknown[]): string => `[${list.map(String).join(' ')}]`;
  const rows = [
    ['ATTRIBUTE', 'VALUE'],
    ...(textAt(user, 'username') === '' ? [] : [['Username', textAt(user, 'username')]]),
    ...(textAt(user, 'uid') === '' ? [] : [['UID', textAt(user, 'uid')]]),
    ...(listAt(user, 'groups').length === 0 ? [] : [['Groups', shown(listAt(user, 'groups'))]]),
    ...Object.entries(fieldsAt(user, 'extra'))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, values]) => [`Extra: ${key}`, shown(Array.isArray(values) ? values : [])]),
  ];
  return alignTabs(rows.map(row => `${row.join('\t')}\n`).join(''), TABLE_TABS);
}

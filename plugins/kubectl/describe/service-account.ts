import { listObjects } from '../builder/found.ts';
import type { Call } from '../command/verb.ts';
import { listAt, textAt } from '../dig.ts';
import { nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';
import type { Description } from './description.ts';
import { describeEvents } from './events.ts';
import { describeHead } from './head.ts';

export async function describeServiceAccount(call: Call, out: Description, account: KubeObject): Promise<void> {
  const { cluster } = call;
  const secrets = await listObjects(
    await cluster.client(),
    (await cluster.names()).named('secrets'),
    namespaceOf(account),
  );
  const there = new Set(secrets.map(nameOf));
  const tokens = secrets.filter(
    secret =>
      textAt(secret, 'type') === 'kubernetes.io/service-account-token' &&
      textAt(secret, 'metadata', 'annotations', 'kubernetes.io/service-account.name') === nameOf(account),
  );
  const named = (field: string): readonly string[] => listAt(account, field).map(each => textAt(each, 'name'));
  describeHead(out, account);
  for (const [header, names] of [
    ['Image pull secrets:', named('imagePullSecrets')],
    ['Mountable secrets: ', named('secrets')],
    ['Tokens:            ', tokens.map(nameOf)],
  ] as const) {
    if (names.length === 0) out.line(`${header}\t<none>`);
    names.forEach((name, i) => {
      out.line(`${i === 0 ? header : ' '.repeat(header.length)}\t${name}${there.has(name) ? '' : ' (not found)'}`);
    });
  }
  await describeEvents(call, out, account);
}

import { messageOf } from '../../../src/base/message-of.ts';
import { PRINT_FLAGS } from '../builder/builder-flags.ts';
import { duration, list, text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { textAt } from '../dig.ts';
import { Failure } from '../failures.ts';
import type { KubeObject } from '../kube-object.ts';
import { printOr } from '../print/printer.ts';
import { resourcePath } from '../rest/api-resource.ts';
import { onlyName } from './generator.ts';

export const tokenVerb: Verb = {
  usage: 'SERVICE_ACCOUNT_NAME',
  about: 'Request a service account token.',
  flags: [
    ...PRINT_FLAGS,
    list('audience', 'Who the token is for.'),
    duration('duration', 'How long it is good.'),
    text('bound-object-kind', 'Kind of the object it goes with: Pod, Secret or Node.'),
    text('bound-object-name', 'Name of the object it goes with.'),
    text('bound-object-uid', 'UID of the object it goes with.'),
  ],
  run: createToken,
};

async function createToken(call: Call): Promise<void> {
  const { flags, cluster } = call;
  const name = onlyName(call);
  const seconds = Math.trunc(flags.durationMs('duration') / 1000);
  if (flags.durationMs('duration') < 0) throw new Failure('--duration must be greater than or equal to 0');
  const kind = flags.text('bound-object-kind');
  const audiences = flags.list('audience');
  const uid = flags.text('bound-object-uid');
  const bound = {
    apiVersion: 'v1',
    kind,
    name: flags.text('bound-object-name'),
    ...(uid === '' ? {} : { uid }),
  };
  const request = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: { creationTimestamp: null },
    spec: {
      audiences: audiences.length > 0 ? audiences : null,
      expirationSeconds: seconds > 0 ? seconds : null,
      boundObjectRef: kind === '' ? null : bound,
    },
  };
  const accounts = (await cluster.names()).named('serviceaccounts');
  const path = resourcePath(accounts, await cluster.namespace(), name, 'token');
  let made: KubeObject;
  try {
    made = (await (await cluster.client()).json(path, { method: 'POST', body: request })) as KubeObject;
  } catch (error) {
    throw new Failure(`failed to create token: ${messageOf(error)}`);
  }
  call.terminal.out(await printOr(call, made, () => textAt(made, 'status', 'token')));
}

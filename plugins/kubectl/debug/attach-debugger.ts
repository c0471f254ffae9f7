import { messageOf } from '../../../src/base/message-of.ts';
import type { Call } from '../command/verb.ts';
import { dig, listAt, textAt } from '../dig.ts';
import { Failure, StatusFailure } from '../failures.ts';
import { isKubeObject, nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';
import { resourcePath } from '../rest/api-resource.ts';
import { watch } from '../rest/watch.ts';
import { attachTo } from '../streams/attach.ts';
import { printLog } from '../streams/log-source.ts';
import type { DebugOptions } from './debug-options.ts';
import type { DebugSession } from './debug-session.ts';

/** Attaches to the container once it runs; of one that has ended by then, its log is printed. */
export async function attachDebugger(call: Call, session: DebugSession, options: DebugOptions): Promise<void> {
  const { container } = session;
  const pod = await untilStarted(call, session, options.quiet);
  if (pod === undefined) return;
  const source = { namespace: namespaceOf(pod), pod: nameOf(pod), container, prefix: '' };
  if (dig(statusOf(pod, container), 'state', 'terminated') !== undefined) return printLog(call, source, {});
  try {
    await attachTo(call, pod, { container, stdin: options.stdin, tty: options.tty });
  } catch (error) {
    call.terminal.err(
      `warning: couldn't attach to pod/${nameOf(pod)}, falling back to streaming logs: ${messageOf(error)}\n`,
    );
    await printLog(call, source, {});
  }
}

const RETRY_MS = 250;

/** The pod, once the container runs or has ended; `undefined` where nobody waits any more. */
async function untilStarted(call: Call, session: DebugSession, quiet: boolean): Promise<KubeObject | undefined> {
  const { cluster, terminal, world } = call;
  const client = await cluster.client();
  const path = resourcePath((await cluster.names()).named('pods'), namespaceOf(session.pod));
  const query = { fieldSelector: `metadata.name=${nameOf(session.pod)}` };
  const told = new Set<string>();
  while (!terminal.over.aborted) {
    for await (const { type, object } of watch(client, path, { query, signal: terminal.over })) {
      if (type === 'DELETED') throw new StatusFailure({ reason: 'NotFound', message: 'pods "" not found' });
      if (!isKubeObject(object)) throw new Failure('watch did not return a pod');
      const state = dig(statusOf(object, session.container), 'state');
      if (dig(state, 'running') !== undefined || dig(state, 'terminated') !== undefined) return object;
      const message = textAt(state, 'waiting', 'message');
      if (quiet || message === '' || told.has(message)) continue;
      told.add(message);
      terminal.err(`Warning: container ${session.container}: ${message}\n`);
    }
    await world.timers.sleep(RETRY_MS);
  }
  return undefined;
}

const statusOf = (pod: KubeObject, name: string): unknown =>
  ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses']
    .flatMap(field => listAt(pod, 'status', field))
    .find(each => textAt(each, 'name') === name);

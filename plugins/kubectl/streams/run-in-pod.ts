import type { Call } from '../command/verb.ts';
import { resourcePath } from '../rest/api-resource.ts';
import type { KubeObject } from '../kube-object.ts';
import { containerOf } from './container-of.ts';
import type { CopyEnd } from './copy-end.ts';
import { refuseCompleted, streamQuery } from './exec.ts';
import { podKey } from './pod-of.ts';
import { runRemotely } from './remote-command.ts';

/** Runs a command in the pod of one end of a copy. */
export async function runInPod(
  call: Call,
  end: CopyEnd,
  command: readonly string[],
  streams: {
    readonly stdin?: AsyncIterable<Uint8Array>;
    readonly stdout?: (bytes: Uint8Array) => void | Promise<void>;
    readonly stderr?: (bytes: Uint8Array) => void;
  },
): Promise<void> {
  const { cluster, terminal, flags } = call;
  const client = await cluster.client();
  const pods = (await cluster.names()).named('pods');
  const namespace = end.namespace === '' ? await cluster.namespace() : end.namespace;
  const pod = (await client.json(resourcePath(pods, namespace, end.pod))) as KubeObject;
  refuseCompleted(pod, 'exec into');
  const container = containerOf(call, pod, flags.text('container'), false);
  const [within, name] = podKey(pod);
  await runRemotely(client, {
    path: `/api/v1/namespaces/${within}/pods/${name}/exec`,
    query: [
      ...command.map(word => ['command', word] as const),
      ...streamQuery(container, streams.stdin !== undefined, false),
    ],
    stdin: streams.stdin,
    stdout: streams.stdout ?? (bytes => terminal.out(bytes)),
    stderr: streams.stderr ?? (bytes => terminal.err(bytes)),
    terminal: undefined,
  });
}

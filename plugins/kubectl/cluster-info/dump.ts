import { dirname, join, resolve } from 'node:path';
import { messageOf } from '../../../src/base/message-of.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { DaemonSet } from '../../kinds/apps/v1/daemon-set.ts';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../../kinds/apps/v1/replica-set.ts';
import { Event } from '../../kinds/core/v1/event.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { ReplicationController } from '../../kinds/core/v1/replication-controller.ts';
import { Service } from '../../kinds/core/v1/service.ts';
import { PRINT_FLAGS } from '../builder/builder-flags.ts';
import { bool, duration, list, text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { listAt, textAt } from '../dig.ts';
import { Failure } from '../failures.ts';
import { isKubeObject, nameOf, namespaceOf } from '../kube-object.ts';
import { printSentJson } from '../print/json.ts';
import { printerOf, refuseFormat, withoutManagedFields, type Printer } from '../print/printer.ts';

export const dumpVerb: Verb = {
  usage: '[flags]',
  about: 'Dump what is there in the cluster, and the logs of its pods, to the output or to files in a folder.',
  flags: [
    ...PRINT_FLAGS.map(flag => (flag.name === 'output' ? { ...flag, fallback: 'json' } : flag)),
    bool('all-namespaces', 'Dump all namespaces.', { short: 'A' }),
    list('namespaces', 'Namespaces to dump.'),
    text('output-directory', 'Folder for the files; - for the output.'),
    duration('pod-running-timeout', 'Taken for compatibility.', { fallback: '20s' }),
  ],
  run: dump,
};

/** What is dumped of each namespace, by the name of its file; pods come last, with their logs. */
const PARTS: readonly (readonly [file: string, kind: Resource])[] = [
  ['events', Event],
  ['replication-controllers', ReplicationController],
  ['services', Service],
  ['daemonsets', DaemonSet],
  ['deployments', Deployment],
  ['replicasets', ReplicaSet],
  ['pods', Pod],
];

/** Upstream's kubectl reads these lists in protobuf, where one without items is no list. */
const NONE = null;

const LOG_DEADLINE_MS = 300_000;

async function dump(call: Call): Promise<void> {
  const { flags, cluster, terminal } = call;
  const client = await cluster.client();
  const print = await listPrinter(call);
  const extension = ['json', 'yaml'].includes(flags.text('output')) ? `.${flags.text('output')}` : '.txt';
  const writeList = async (file: string, kind: Resource, within: string): Promise<readonly unknown[]> => {
    const root = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
    const found = await client.json(`${root}${within}/${kind.plural}`);
    if (!isKubeObject(found)) throw new Failure(`the server answered no list of ${kind.plural}`);
    const items = listAt(found, 'items');
    await write(call, `${file}${extension}`, print(items.length === 0 ? { ...found, items: NONE } : found));
    return items;
  };
  await writeList('nodes', Node, '');
  for (const namespace of await namespacesOf(call)) {
    let pods: readonly unknown[] = [];
    for (const [file, kind] of PARTS) {
      pods = await writeList(join(namespace, file), kind, `/namespaces/${namespace}`);
    }
    for (const pod of pods) await write(call, join(namespace, nameOf(pod), 'logs.txt'), await logsOf(call, pod));
  }
  const folder = flags.text('output-directory');
  if (isFolder(folder)) terminal.out(`Cluster info dumped to ${folder}\n`);
}

const isFolder = (path: string): boolean => path !== '' && path !== '-';

async function listPrinter(call: Call): Promise<Printer> {
  const { flags } = call;
  if (flags.text('output') === 'json') {
    return object => printSentJson(flags.bool('show-managed-fields') ? object : withoutManagedFields(object));
  }
  if (flags.text('output') === 'name') {
    return ({ kind }) => {
      throw new Failure(`list types are not supported by name printing: *v1.${kind}`);
    };
  }
  const printer = await printerOf(call);
  if (printer === undefined) throw refuseFormat(flags.text('output'));
  return printer;
}

async function namespacesOf({ flags, cluster }: Call): Promise<readonly string[]> {
  if (flags.bool('all-namespaces')) {
    return listAt(await (await cluster.client()).json('/api/v1/namespaces'), 'items').map(nameOf);
  }
  const given = flags.list('namespaces');
  return given.length > 0 ? given : ['kube-system', await cluster.namespace()];
}

async function write({ flags, terminal, world }: Call, file: string, content: string): Promise<void> {
  const folder = flags.text('output-directory');
  if (!isFolder(folder)) return terminal.out(content);
  const path = resolve(terminal.workFolder, folder, file);
  await world.files.mkdir(dirname(path), { recursive: true });
  await world.files.writeFile(path, content);
}

/** The logs of all containers of a pod, each between a line that says so; why there is none stands in place of it. */
async function logsOf({ cluster }: Call, pod: unknown): Promise<string> {
  const client = await cluster.client();
  const [namespace, name] = [namespaceOf(pod), nameOf(pod)];
  let all = '';
  for (const container of [...listAt(pod, 'spec', 'initContainers'), ...listAt(pod, 'spec', 'containers')]) {
    const query = { container: textAt(container, 'name') };
    const signal = AbortSignal.timeout(LOG_DEADLINE_MS);
    const log = await client
      .text(`/api/v1/namespaces/${namespace}/pods/${name}/log`, { query, accept: '*/*', signal })
      .catch((error: unknown) => `Request log error: ${messageOf(error)}\n`);
    const about = `logs for container ${query.container} of pod ${namespace}/${name} ====\n`;
    all += `==== START ${about}${log}==== END ${about}`;
  }
  return all;
}

import { messageOf } from '../../../src/base/message-of.ts';
import { DRY_RUN_FLAG, SELECTOR_FLAG } from '../builder/builder-flags.ts';
import { listObjects, type Found } from '../builder/found.ts';
import { bool, duration, int, text } from '../command/flag.ts';
import type { Call, Verb } from '../command/verb.ts';
import { Failure, isReason } from '../failures.ts';
import { nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';
import { resourcePath, type ApiResource } from '../rest/api-resource.ts';
import { deleteObject } from '../write/delete-object.ts';
import { dryRunNote, dryRunOf } from '../write/dry-run.ts';
import { untilGone } from '../write/until-gone.ts';
import { nodesOf, setUnschedulable } from './cordon.ts';
import { podsToDrain } from './pods-to-drain.ts';

export const drainVerb: Verb = {
  usage: 'NODE',
  about: 'Drain node in preparation for maintenance.',
  flags: [
    SELECTOR_FLAG,
    DRY_RUN_FLAG,
    int('chunk-size', 'How many objects a page holds.', { fallback: '500' }),
    bool('delete-emptydir-data', 'Go on where pods keep data in emptyDir volumes, which is lost.'),
    bool('disable-eviction', 'Delete pods, past disruption budgets.'),
    bool('force', 'Go on where pods have no controller.'),
    int('grace-period', 'Seconds a pod has to end; -1 for its own.', { fallback: '-1' }),
    bool('ignore-daemonsets', 'Leave pods of daemon sets alone.'),
    text('pod-selector', 'Labels of the pods.'),
    int('skip-wait-for-delete-timeout', 'Do not wait for pods that have been going for longer.'),
    duration('timeout', 'How long to wait; 0 for ever.'),
  ],
  run: drain,
};

async function drain(call: Call): Promise<void> {
  const nodes = await nodesOf(call);
  for (const node of nodes) await setUnschedulable(call, node, true);
  for (const node of nodes) await drainOne(call, node);
}

async function drainOne(call: Call, node: Found): Promise<void> {
  const { flags, cluster, terminal } = call;
  const dryRun = dryRunOf(flags);
  const pods = (await cluster.names()).named('pods');
  const all = await listObjects(await cluster.client(), pods, '', {
    fieldSelector: `spec.nodeName=${node.name}`,
    labelSelector: flags.text('pod-selector') || undefined,
  });
  const { chosen, warnings, problems } = podsToDrain(all, {
    force: flags.bool('force'),
    ignoreDaemonSets: flags.bool('ignore-daemonsets'),
    deleteEmptyDir: flags.bool('delete-emptydir-data'),
  });
  if (problems.length > 0) {
    terminal.err(
      `error: unable to drain node "${node.name}" due to error: [${problems.join(', ')}], continuing command...\n`,
    );
    terminal.err(`There are pending nodes to be drained:\n ${node.name}\n`);
    throw new Failure(problems.join('\n'));
  }
  if (warnings.length > 0) terminal.err(`Warning: ${warnings.join('; ')}\n`);
  for (const pod of chosen) {
    const what = flags.bool('disable-eviction') ? 'deleting' : 'evicting';
    terminal.out(`${what} pod ${namespaceOf(pod)}/${nameOf(pod)}${dryRunNote(dryRun)}\n`);
    if (dryRun !== 'client') await putOut(call, pods, pod);
  }
  if (dryRun === 'none') {
    for (const pod of chosen) {
      await untilGone(call, [foundPod(pods, pod)], flags.durationMs('timeout'));
      terminal.out(`pod/${nameOf(pod)} evicted\n`);
    }
  }
  terminal.out(`node/${node.name} drained${dryRunNote(dryRun)}\n`);
}

const foundPod = (resource: ApiResource, object: KubeObject): Found => ({
  resource,
  namespace: namespaceOf(object),
  name: nameOf(object),
  source: '',
  object,
});

const RETRY_MS = 5000;

/** Asks for an eviction until the budget has room for it. */
async function putOut(
  { flags, cluster, world, terminal }: Call,
  resource: ApiResource,
  pod: KubeObject,
): Promise<void> {
  const client = await cluster.client();
  const graceSeconds = flags.int('grace-period');
  const found = foundPod(resource, pod);
  if (flags.bool('disable-eviction')) {
    return deleteObject(client, found, { graceSeconds, propagation: 'Background', dryRun: 'none' });
  }
  const eviction = {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: found.name, namespace: found.namespace },
    deleteOptions: graceSeconds >= 0 ? { gracePeriodSeconds: graceSeconds } : {},
  };
  for (;;) {
    try {
      await client.text(resourcePath(resource, found.namespace, found.name, 'eviction'), {
        method: 'POST',
        body: eviction,
      });
      return;
    } catch (error) {
      if (isReason(error, 'NotFound')) return;
      if (!isReason(error, 'TooManyRequests')) {
        throw new Failure(
          `error when evicting pods/${JSON.stringify(found.name)} -n ${JSON.stringify(found.namespace)}: ${messageOf(error)}`,
        );
      }
      terminal.err(
        `error when evicting pods/${JSON.stringify(found.name)} -n ${JSON.stringify(found.namespace)} (will retry after 5s): ${messageOf(error)}\n`,
      );
      await world.timers.sleep(RETRY_MS);
    }
  }
}

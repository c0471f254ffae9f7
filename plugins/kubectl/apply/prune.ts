import { listObjects, shownName } from '../builder/found.ts';
import type { Call } from '../command/verb.ts';
import { textAt } from '../dig.ts';
import { Failure } from '../failures.ts';
import { nameOf, namespaceOf, type KubeObject } from '../kube-object.ts';
import type { ApiResource } from '../rest/api-resource.ts';
import { deleteObject, propagationOf } from '../write/delete-object.ts';
import { dryRunNote, type DryRun } from '../write/dry-run.ts';
import { LAST_APPLIED } from './last-applied.ts';

/** Kinds that are pruned unless `--prune-allowlist` says which. */
const PRUNED = [
  'core/v1/ConfigMap',
  'core/v1/Endpoints',
  'core/v1/Namespace',
  'core/v1/PersistentVolumeClaim',
  'core/v1/PersistentVolume',
  'core/v1/Pod',
  'core/v1/ReplicationController',
  'core/v1/Secret',
  'core/v1/Service',
  'batch/v1/Job',
  'batch/v1/CronJob',
  'networking.k8s.io/v1/Ingress',
  'apps/v1/DaemonSet',
  'apps/v1/Deployment',
  'apps/v1/ReplicaSet',
  'apps/v1/StatefulSet',
];

/** Deletes what an apply made before and this one did not speak of. */
export async function prune(call: Call, visited: readonly KubeObject[], dryRun: DryRun): Promise<void> {
  const { flags, cluster } = call;
  const given = flags.list('prune-allowlist');
  const names = await cluster.names();
  const resources = (given.length > 0 ? given : PRUNED).flatMap(text => {
    const parts = text.split('/');
    if (parts.length !== 3)
      throw new Failure(`invalid GroupVersionKind format: ${text}, please follow <group/version/kind>`);
    const [group = '', version = '', kind = ''] = parts;
    const resource = names.ofKind(group === 'core' ? version : `${group}/${version}`, kind);
    if (resource === undefined && given.length > 0)
      throw new Failure(
        `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(`${group}/${version}`)}`,
      );
    return resource === undefined ? [] : [resource];
  });
  const kept = new Set(visited.map(object => textAt(object, 'metadata', 'uid')));
  const namespaces = new Set(visited.map(namespaceOf).filter(namespace => namespace !== ''));
  for (const namespace of namespaces) {
    for (const resource of resources.filter(each => each.namespaced))
      await pruneIn(call, resource, namespace, kept, dryRun);
  }
  for (const resource of resources.filter(each => !each.namespaced)) await pruneIn(call, resource, '', kept, dryRun);
}

async function pruneIn(
  { flags, cluster, terminal }: Call,
  resource: ApiResource,
  namespace: string,
  kept: ReadonlySet<string>,
  dryRun: DryRun,
): Promise<void> {
  const client = await cluster.client();
  const there = await listObjects(client, resource, namespace, { labelSelector: flags.text('selector') || undefined });
  for (const object of there) {
    if (textAt(object, 'metadata', 'annotations', LAST_APPLIED) === '') continue;
    if (kept.has(textAt(object, 'metadata', 'uid'))) continue;
    const found = { resource, namespace: namespaceOf(object), name: nameOf(object) };
    if (dryRun !== 'client') {
      const propagation = propagationOf(flags.text('cascade'));
      await deleteObject(client, found, { graceSeconds: flags.int('grace-period'), propagation, dryRun });
    }
    terminal.out(`${shownName(found)} pruned${dryRunNote(dryRun)}\n`);
  }
}

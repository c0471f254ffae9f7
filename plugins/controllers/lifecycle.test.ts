import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeleteOptions } from '../../src/api/client.ts';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { fakeNodes } from '../../src/sdk/testing/fake-nodes.ts';
import { Deployment } from '../kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../kinds/apps/v1/replica-set.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { Event } from '../kinds/core/v1/event.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { Secret } from '../kinds/core/v1/secret.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster({ plugins: [fakeNodes({ count: 2 })] });
});
afterAll(() => cluster[Symbol.asyncDispose]());

const podSpec = { containers: [{ name: 'c', image: 'i' }] };
const template = { metadata: { labels: { app: 'web' } }, spec: podSpec };
const namespaceFor = async (name: string): Promise<string> => {
  await cluster.client.create(Namespace, { metadata: { name } });
  return name;
};
const gone = (check: Promise<unknown>) => expect(check).rejects.toMatchObject({ reason: 'NotFound' });

describe('garbage collection', () => {
  async function deployed(namespace: string): Promise<void> {
    await cluster.client.create(Deployment, {
      metadata: { name: 'web', namespace },
      spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template },
    });
    await cluster.eventually(async () => {
      const { status } = await cluster.client.get(Deployment, { name: 'web', namespace });
      expect(status.availableReplicas).toBe(2);
    });
  }
  const left = async (namespace: string) => [
    (await cluster.client.list(Deployment, { namespace })).items.length,
    (await cluster.client.list(ReplicaSet, { namespace })).items.length,
    (await cluster.client.list(Pod, { namespace })).items.length,
  ];
  const remove = (namespace: string, propagationPolicy: NonNullable<DeleteOptions['propagationPolicy']>) =>
    cluster.client.delete(Deployment, { name: 'web', namespace }, { propagationPolicy });

  it('in the background removes what has lost its owner, down to the pods', async () => {
    const namespace = await namespaceFor('background');
    await deployed(namespace);
    await remove(namespace, 'Background');
    expect((await left(namespace))[0]).toBe(0);
    await cluster.eventually(async () => expect(await left(namespace)).toEqual([0, 0, 0]));
  });

  it('in the foreground keeps the owner until its dependents are gone', async () => {
    const namespace = await namespaceFor('foreground');
    await deployed(namespace);
    let podsWhenOwnerWent: number | undefined;
    const watching = cluster.caches.of(Deployment).subscribe({
      changed: () => undefined,
      removed: ({ metadata }) => {
        if (metadata.namespace === namespace) podsWhenOwnerWent = cluster.caches.of(Pod).list(namespace).length;
      },
    });
    await remove(namespace, 'Foreground');
    await cluster.eventually(async () => expect(await left(namespace)).toEqual([0, 0, 0]));
    await cluster.eventually(() => expect(podsWhenOwnerWent).toBe(0));
    watching[Symbol.dispose]();
  });

  it('lets dependents go when they are to be orphaned', async () => {
    const namespace = await namespaceFor('orphaned');
    await deployed(namespace);
    await remove(namespace, 'Orphan');
    await cluster.eventually(async () => {
      expect(await left(namespace)).toEqual([0, 1, 2]);
      const set = (await cluster.client.list(ReplicaSet, { namespace })).items[0];
      expect(set?.metadata.ownerReferences ?? []).toEqual([]);
    });
  });

  it('removes what names an owner that never was, and keeps what has another owner', async () => {
    const namespace = await namespaceFor('absent');
    const owner = await cluster.client.create(ConfigMap, { metadata: { name: 'owner', namespace } });
    const absent = { apiVersion: 'v1', kind: 'ConfigMap', name: 'nobody', uid: 'never-was' };
    const present = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid };
    const unknown = { apiVersion: 'example.com/v1', kind: 'Mystery', name: 'x', uid: 'who-knows' };
    const make = (name: string, ownerReferences: readonly (typeof absent)[]) =>
      cluster.client.create(Secret, { metadata: { name, namespace, ownerReferences } });
    await make('lost', [absent]);
    await make('shared', [absent, present]);
    await make('mysterious', [unknown]);
    await cluster.eventually(() => gone(cluster.client.get(Secret, { name: 'lost', namespace })));
    await cluster.eventually(async () => {
      const { metadata } = await cluster.client.get(Secret, { name: 'shared', namespace });
      expect(metadata.ownerReferences?.map(({ name }) => name)).toEqual(['owner']);
    });
    await cluster.client.get(Secret, { name: 'mysterious', namespace });
  });
});

describe('namespaces', () => {
  it('are emptied before they go, and take nothing new', async () => {
    const name = await namespaceFor('doomed');
    await cluster.client.create(Secret, {
      metadata: { name: 'held', namespace: name, finalizers: ['example.com/hold'] },
    });
    await cluster.client.create(Pod, { metadata: { name: 'p', namespace: name }, spec: podSpec });
    await cluster.client.delete(Namespace, { name });
    await cluster.eventually(async () => {
      const { status } = await cluster.client.get(Namespace, { name });
      expect(status.phase).toBe('Terminating');
      expect(status.conditions).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            type: 'NamespaceContentRemaining',
            status: 'True',
            reason: 'SomeResourcesRemain',
            message: 'Some resources are remaining: secrets has 1 resource instances',
          }),
          expect.objectContaining({
            type: 'NamespaceFinalizersRemaining',
            message: 'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
          }),
        ]),
      );
    });
    await expect(cluster.client.create(ConfigMap, { metadata: { name: 'late', namespace: name } })).rejects.toThrow(
      'because it is being terminated',
    );
    await cluster.client.patch(
      Secret,
      { name: 'held', namespace: name },
      { type: 'merge', body: { metadata: { finalizers: null } } },
    );
    await cluster.eventually(() => gone(cluster.client.get(Namespace, { name })), 10_000);
  });
});

describe('taints', () => {
  it('drive pods off that do not tolerate them', async () => {
    const namespace = await namespaceFor('tainted');
    const run = (name: string, tolerations: readonly { readonly key: string; readonly operator: 'Exists' }[]) =>
      cluster.client.create(Pod, {
        metadata: { name, namespace },
        spec: { ...podSpec, nodeSelector: { 'kubernetes.io/hostname': 'node-2' }, tolerations },
      });
    await run('stays', [{ key: 'fire', operator: 'Exists' }]);
    await run('goes', []);
    await cluster.eventually(async () => {
      for (const name of ['stays', 'goes']) {
        expect((await cluster.client.get(Pod, { name, namespace })).status.phase).toBe('Running');
      }
    });
    const taints = [{ key: 'fire', effect: 'NoExecute' }];
    await cluster.client.patch(Node, { name: 'node-2' }, { type: 'merge', body: { spec: { taints } } });
    await cluster.eventually(() => gone(cluster.client.get(Pod, { name: 'goes', namespace })));
    await cluster.client.get(Pod, { name: 'stays', namespace });
    await cluster.client.patch(Node, { name: 'node-2' }, { type: 'merge', body: { spec: { taints: null } } });
  });

  it('drive pods off once they no longer tolerate them, unless the taint goes before', async () => {
    const namespace = await namespaceFor('patient');
    const run = (name: string, tolerationSeconds: number) =>
      cluster.client.create(Pod, {
        metadata: { name, namespace },
        spec: {
          ...podSpec,
          nodeSelector: { 'kubernetes.io/hostname': 'node-2' },
          tolerations: [{ key: 'fire', operator: 'Exists', effect: 'NoExecute', tolerationSeconds }],
        },
      });
    await run('soon', 1);
    await run('later', 60);
    await cluster.eventually(async () => {
      for (const name of ['soon', 'later']) {
        expect((await cluster.client.get(Pod, { name, namespace })).status.phase).toBe('Running');
      }
    });
    const spec = (taints: readonly object[] | null) => ({ type: 'merge', body: { spec: { taints } } }) as const;
    await cluster.client.patch(Node, { name: 'node-2' }, spec([{ key: 'fire', effect: 'NoExecute' }]));
    await cluster.eventually(() => gone(cluster.client.get(Pod, { name: 'soon', namespace })));
    await cluster.client.patch(Node, { name: 'node-2' }, spec(null));
    await cluster.eventually(async () => {
      const { items } = await cluster.client.list(Event, { namespace });
      const told = items.filter(({ reason }) => reason === 'TaintManagerEviction').map(({ message }) => message);
      expect(told.toSorted()).toEqual([
        'Cancelling deletion of Pod patient/later',
        'Marking for deletion Pod patient/soon',
      ]);
    });
    await cluster.client.get(Pod, { name: 'later', namespace });
  });

  it('follow the conditions of a node', async () => {
    const node = await cluster.client.get(Node, { name: 'node-2' });
    const conditions = [{ type: 'Ready', status: 'False' }] as const;
    await cluster.client.updateStatus(Node, { ...node, status: { ...node.status, conditions } });
    await cluster.eventually(async () => {
      const { spec } = await cluster.client.get(Node, { name: 'node-2' });
      expect(spec.taints).toMatchObject([
        { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
        { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' },
      ]);
    });
  });
});

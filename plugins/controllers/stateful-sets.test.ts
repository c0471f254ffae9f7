import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { fakeNodes } from '../../src/sdk/testing/fake-nodes.ts';
import { ControllerRevision } from '../kinds/apps/v1/controller-revision.ts';
import { StatefulSet } from '../kinds/apps/v1/stateful-set.ts';
import { Event } from '../kinds/core/v1/event.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { PodDisruptionBudget } from '../kinds/policy/v1/pod-disruption-budget.ts';

let cluster: TestCluster;
beforeAll(async () => {
  const isBroken = (pod: Pod): boolean => pod.spec.containers[0]?.image === 'broken';
  cluster = await startCluster({ plugins: [fakeNodes({ isBroken })] });
});
afterAll(() => cluster[Symbol.asyncDispose]());

const template = (image = 'one') => ({
  metadata: { labels: { app: 'db' } },
  spec: { containers: [{ name: 'c', image }] },
});

async function statefulSet(namespace: string, spec: object = {}): Promise<StatefulSet> {
  await cluster.client.create(Namespace, { metadata: { name: namespace } });
  return cluster.client.create(StatefulSet, {
    metadata: { name: 'db', namespace },
    spec: { replicas: 3, serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template: template(), ...spec },
  });
}
const key = (namespace: string, name = 'db') => ({ name, namespace });
const change = (namespace: string, spec: object) =>
  cluster.client.patch(StatefulSet, key(namespace), { type: 'merge', body: { spec } });

/** As `kubectl rollout status` judges. */
const rolledOut = (namespace: string, replicas = 3) =>
  cluster.eventually(async () => {
    const set = await cluster.client.get(StatefulSet, key(namespace));
    expect(set.status).toMatchObject({ observedGeneration: set.metadata.generation, replicas });
    expect(set.status.readyReplicas ?? 0).toBe(replicas);
    expect(set.status.currentRevision).toBe(set.status.updateRevision);
    return set;
  });
const podsOf = (namespace: string) =>
  cluster.caches
    .of(Pod)
    .list(namespace)
    .toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name));
const imagesOf = (namespace: string) => podsOf(namespace).map(({ spec }) => spec.containers[0]?.image);
const namesOf = (namespace: string) => podsOf(namespace).map(({ metadata }) => metadata.name);

/** Names of pods in the order in which they came and went. */
function story(namespace: string): { readonly came: string[]; readonly went: string[] } & Disposable {
  const came: string[] = [];
  const went: string[] = [];
  const watching = cluster.caches.of(Pod).subscribe({
    changed: ({ metadata }, before) => {
      if (metadata.namespace === namespace && before === undefined) came.push(metadata.name);
    },
    removed: ({ metadata }) => {
      if (metadata.namespace === namespace) went.push(metadata.name);
    },
  });
  return { came, went, [Symbol.dispose]: () => watching[Symbol.dispose]() };
}

describe('stateful sets', () => {
  it('make pods in order, with names of their own, and scale them away from the last', async () => {
    const namespace = 'ordered';
    using told = story(namespace);
    await statefulSet(namespace);
    await rolledOut(namespace);
    expect(told.came).toEqual(['db-0', 'db-1', 'db-2']);
    await cluster.client.create(PodDisruptionBudget, {
      metadata: { name: 'db', namespace },
      spec: { minAvailable: '50%', selector: { matchLabels: { app: 'db' } } },
    });
    await cluster.eventually(async () => {
      const { status } = await cluster.client.get(PodDisruptionBudget, key(namespace));
      expect(status).toMatchObject({ expectedPods: 3, desiredHealthy: 2, disruptionsAllowed: 1 });
    });
    expect(podsOf(namespace)[1]).toMatchObject({
      metadata: { labels: { 'statefulset.kubernetes.io/pod-name': 'db-1', 'apps.kubernetes.io/pod-index': '1' } },
      spec: { hostname: 'db-1', subdomain: 'db' },
    });
    const body = { spec: { replicas: 1 } };
    await cluster.client.patch(StatefulSet, key(namespace), { type: 'merge', body }, { subresource: 'scale' });
    await rolledOut(namespace, 1);
    expect(told.went).toEqual(['db-2', 'db-1']);
    await cluster.eventually(async () => {
      const { items } = await cluster.client.list(Event, { namespace });
      const messages = items
        .filter(({ involvedObject }) => involvedObject?.kind === 'StatefulSet')
        .map(({ message }) => message);
      expect(messages).toContain('Create Pod db-0 in StatefulSet db successful');
      expect(messages).toContain('Delete Pod db-2 in StatefulSet db successful');
    });
  });

  it('replace pods from the last on, stop at what does not become ready, and go back by a revision', async () => {
    const namespace = 'updated';
    const { spec } = await statefulSet(namespace);
    await rolledOut(namespace);
    await change(namespace, { template: template('broken') });
    await cluster.eventually(() => expect(imagesOf(namespace)).toEqual(['one', 'one', 'broken']));
    const { items } = await cluster.client.list(ControllerRevision, { namespace });
    const first = items.find(({ revision }) => revision === 1);
    await cluster.client.patch(StatefulSet, key(namespace), { type: 'strategic', body: first?.data });
    // The broken pod holds the set up until somebody ends it, as upstream.
    await cluster.eventually(async () => {
      const { status } = await cluster.client.get(StatefulSet, key(namespace));
      expect(status.updateRevision).toBe(first?.metadata.name);
    });
    await cluster.client.delete(Pod, key(namespace, 'db-2'));
    const back = await rolledOut(namespace);
    expect(imagesOf(namespace)).toEqual(['one', 'one', 'one']);
    expect(back.spec.template).toEqual(spec.template);
    await cluster.eventually(async () => {
      const numbers = (await cluster.client.list(ControllerRevision, { namespace })).items.map(
        ({ revision }) => revision,
      );
      expect(numbers.toSorted()).toEqual([2, 3]);
    });
  });

  it('leave pods below the partition as they are, also when they come back', async () => {
    const namespace = 'partitioned';
    await statefulSet(namespace, { updateStrategy: { rollingUpdate: { partition: 1 } } });
    await rolledOut(namespace);
    await change(namespace, { template: template('two') });
    await cluster.eventually(() => expect(imagesOf(namespace)).toEqual(['one', 'two', 'two']));
    const uid = podsOf(namespace)[0]?.metadata.uid;
    await cluster.client.delete(Pod, key(namespace, 'db-0'));
    await cluster.eventually(() => {
      expect(imagesOf(namespace)).toEqual(['one', 'two', 'two']);
      expect(podsOf(namespace)[0]?.metadata.uid).not.toBe(uid);
    });
    await change(namespace, { updateStrategy: { rollingUpdate: { partition: 0 } } });
    await rolledOut(namespace);
    expect(imagesOf(namespace)).toEqual(['two', 'two', 'two']);
  });

  it('make a claim for each pod, keep it over the pod, and let it go where they are told to', async () => {
    const namespace = 'claiming';
    const volumeClaimTemplates = [
      {
        metadata: { name: 'data', labels: { tier: 'x' } },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ];
    const claims = () => cluster.caches.of(PersistentVolumeClaim).list(namespace);
    const policy = { whenScaled: 'Delete', whenDeleted: 'Delete' };
    await statefulSet(namespace, {
      podManagementPolicy: 'Parallel',
      volumeClaimTemplates,
      persistentVolumeClaimRetentionPolicy: policy,
    });
    await cluster.eventually(() => {
      expect(
        claims()
          .map(({ metadata }) => metadata.name)
          .toSorted(),
      ).toEqual(['data-db-0', 'data-db-1', 'data-db-2']);
      expect(claims()[0]?.metadata.labels).toEqual({ tier: 'x', app: 'db' });
      for (const { metadata } of claims()) expect(metadata.ownerReferences).toMatchObject([{ kind: 'StatefulSet' }]);
    });
    await change(namespace, { replicas: 1 });
    await cluster.eventually(() => expect(claims().map(({ metadata }) => metadata.name)).toEqual(['data-db-0']));
    await change(namespace, { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Retain', whenDeleted: 'Retain' } });
    await cluster.eventually(() => expect(claims()[0]?.metadata.ownerReferences).toBeUndefined());
    await cluster.client.delete(StatefulSet, key(namespace));
    await cluster.eventually(() => expect(namesOf(namespace)).toEqual([]));
    expect(claims()).toHaveLength(1);
  });

  it('take over pods of their names only', async () => {
    const namespace = 'adopting';
    await cluster.client.create(Namespace, { metadata: { name: namespace } });
    const { spec } = template();
    for (const name of ['db-0', 'stranger']) {
      await cluster.client.create(Pod, { metadata: { name, namespace, labels: { app: 'db' } }, spec });
    }
    await cluster.client.create(StatefulSet, {
      metadata: { name: 'db', namespace },
      spec: { replicas: 1, selector: { matchLabels: { app: 'db' } }, template: template() },
    });
    await rolledOut(namespace, 1);
    const stranger = await cluster.client.get(Pod, key(namespace, 'stranger'));
    expect(stranger.metadata.ownerReferences).toBeUndefined();
  });
});

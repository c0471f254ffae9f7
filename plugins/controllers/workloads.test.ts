import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { fakeNodes } from '../../src/sdk/testing/fake-nodes.ts';
import { Deployment } from '../kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../kinds/apps/v1/replica-set.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { Endpoints } from '../kinds/core/v1/endpoints.ts';
import { Event } from '../kinds/core/v1/event.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { ReplicationController } from '../kinds/core/v1/replication-controller.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { ServiceAccount } from '../kinds/core/v1/service-account.ts';
import { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';

let cluster: TestCluster;
beforeAll(async () => {
  const isBroken = (pod: Pod): boolean => pod.spec.containers[0]?.image === 'broken';
  cluster = await startCluster({ plugins: [fakeNodes({ isBroken })] });
});
afterAll(() => cluster[Symbol.asyncDispose]());

async function namespaceFor(name: string): Promise<string> {
  await cluster.client.create(Namespace, { metadata: { name } });
  return name;
}

const template = (app: string, image = 'one') => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'c', image, ports: [{ name: 'web', containerPort: 8080 }] }] },
});

const deploy = (namespace: string, more: object = {}) =>
  cluster.client.create(Deployment, {
    metadata: { name: 'web', namespace },
    spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: template('web'), ...more },
  });

const change = (namespace: string, spec: object) =>
  cluster.client.patch(Deployment, { name: 'web', namespace }, { type: 'merge', body: { spec } });

const withImage = (image: string) => ({ template: template('web', image) });

const rolledOut = (namespace: string, replicas = 3) =>
  cluster.eventually(async () => {
    const deployment = await cluster.client.get(Deployment, { name: 'web', namespace });
    expect(deployment.status).toMatchObject({
      observedGeneration: deployment.metadata.generation,
      replicas,
      updatedReplicas: replicas,
      availableReplicas: replicas,
    });
    return deployment;
  });

const setsIn = async (namespace: string) =>
  Object.fromEntries(
    (await cluster.client.list(ReplicaSet, { namespace })).items.map(set => [
      set.spec.template.spec.containers[0]?.image ?? '',
      {
        replicas: set.spec.replicas,
        revision: set.metadata.annotations?.['deployment.kubernetes.io/revision'],
        history: set.metadata.annotations?.['deployment.kubernetes.io/revision-history'],
      },
    ]),
  );

const messagesIn = async (namespace: string, reason: string): Promise<readonly string[]> =>
  (await cluster.client.list(Event, { namespace })).items.filter(e => e.reason === reason).map(e => e.message ?? '');

describe('deployments', () => {
  it('roll out, and say so', async () => {
    const namespace = await namespaceFor('rollout');
    await deploy(namespace);
    const { status, metadata } = await rolledOut(namespace);
    expect(metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '1' });
    await cluster.eventually(async () => {
      const { status: final } = await cluster.client.get(Deployment, { name: 'web', namespace });
      expect(final.conditions).toMatchObject([
        { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
        { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
      ]);
    });
    const set = (await cluster.client.list(ReplicaSet, { namespace })).items[0];
    expect(set?.metadata.name).toMatch(/^web-[bcdf-hj-np-tv-z2-9]{5,10}$/);
    await cluster.eventually(async () => {
      const name = set?.metadata.name ?? '';
      expect(await messagesIn(namespace, 'ScalingReplicaSet')).toEqual([`Scaled up replica set ${name} from 0 to 3`]);
      expect(await messagesIn(namespace, 'SuccessfulCreate')).toHaveLength(3);
      expect(await messagesIn(namespace, 'Scheduled')).toHaveLength(3);
    });
    expect(status.unavailableReplicas).toBeUndefined();
  });

  it('replace pods without ever having fewer than allowed, keep history, and roll back to it', async () => {
    const namespace = await namespaceFor('update');
    await deploy(namespace, { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } });
    await rolledOut(namespace);
    let fewest = 3;
    let most = 3;
    const count = () => {
      const ready = cluster.caches.of(Pod).list(namespace);
      most = Math.max(most, ready.length);
      fewest = Math.min(fewest, ready.filter(pod => pod.metadata.deletionTimestamp === undefined).length);
    };
    const watching = cluster.caches.of(Pod).subscribe({ changed: count, removed: count });
    await change(namespace, withImage('two'));
    await rolledOut(namespace);
    watching[Symbol.dispose]();
    expect([fewest, most >= 4]).toEqual([3, true]);
    expect(await setsIn(namespace)).toMatchObject({
      one: { replicas: 0, revision: '1' },
      two: { replicas: 3, revision: '2' },
    });
    await change(namespace, withImage('one'));
    const { metadata } = await rolledOut(namespace);
    await cluster.eventually(async () => {
      expect(await setsIn(namespace)).toMatchObject({
        one: { replicas: 3, revision: '3', history: '1' },
        two: { replicas: 0, revision: '2' },
      });
    });
    expect(metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision': '3' });
  });

  it('forget revisions beyond their limit', async () => {
    const namespace = await namespaceFor('history');
    await deploy(namespace, { revisionHistoryLimit: 1 });
    for (const image of ['two', 'three', 'four']) {
      await rolledOut(namespace);
      await change(namespace, withImage(image));
    }
    await rolledOut(namespace);
    await cluster.eventually(async () =>
      expect(Object.keys(await setsIn(namespace)).sort()).toEqual(['four', 'three']),
    );
  });

  it('recreate: the old pods are gone before the new ones come', async () => {
    const namespace = await namespaceFor('recreate');
    await deploy(namespace, { strategy: { type: 'Recreate' } });
    await rolledOut(namespace);
    const images: string[] = [];
    const watching = cluster.caches.of(Pod).subscribe({
      changed: () => {
        const running = new Set(
          cluster.caches
            .of(Pod)
            .list(namespace)
            .map(pod => pod.spec.containers[0]?.image),
        );
        images.push([...running].join('+'));
      },
      removed: () => undefined,
    });
    await change(namespace, withImage('two'));
    await rolledOut(namespace);
    watching[Symbol.dispose]();
    expect(new Set(images)).toEqual(new Set(['one', 'two']));
  });

  it('scale at once, also while paused, and do not roll while paused', async () => {
    const namespace = await namespaceFor('paused');
    await deploy(namespace);
    await rolledOut(namespace);
    await change(namespace, { paused: true, replicas: 5, ...withImage('two') });
    await cluster.eventually(async () => expect(await setsIn(namespace)).toMatchObject({ one: { replicas: 5 } }));
    await change(namespace, { paused: false });
    await rolledOut(namespace, 5);
    expect(await setsIn(namespace)).toMatchObject({ one: { replicas: 0 }, two: { replicas: 5 } });
  });

  it('stop at what does not become ready', async () => {
    const namespace = await namespaceFor('broken');
    await deploy(namespace, { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } });
    await rolledOut(namespace);
    await change(namespace, withImage('broken'));
    await cluster.eventually(async () => {
      expect(await setsIn(namespace)).toMatchObject({ one: { replicas: 2 }, broken: { replicas: 2 } });
      const { status } = await cluster.client.get(Deployment, { name: 'web', namespace });
      expect(status).toMatchObject({ replicas: 4, updatedReplicas: 2, availableReplicas: 2, unavailableReplicas: 2 });
    });
  });
});

describe('replica controllers', () => {
  it('adopt what fits, replace what is let go, and count', async () => {
    const namespace = await namespaceFor('adopt');
    await cluster.client.create(Pod, {
      metadata: { name: 'orphan', namespace, labels: { app: 'rc' } },
      spec: template('rc').spec,
    });
    await cluster.client.create(ReplicationController, {
      metadata: { name: 'rc', namespace },
      spec: { replicas: 2, selector: { app: 'rc' }, template: template('rc') },
    });
    const controlled = () =>
      cluster.caches
        .of(Pod)
        .list(namespace)
        .filter(pod => pod.metadata.ownerReferences?.[0]?.name === 'rc');
    await cluster.eventually(() => expect(controlled().map(pod => pod.metadata.name)).toContain('orphan'));
    await cluster.eventually(() => expect(controlled()).toHaveLength(2));
    const body = { metadata: { labels: { app: 'free' } } };
    await cluster.client.patch(Pod, { name: 'orphan', namespace }, { type: 'merge', body });
    await cluster.eventually(async () => {
      expect(controlled().map(pod => pod.metadata.name)).not.toContain('orphan');
      expect(controlled()).toHaveLength(2);
      const { status } = await cluster.client.get(ReplicationController, { name: 'rc', namespace });
      expect(status).toMatchObject({ replicas: 2, readyReplicas: 2, availableReplicas: 2, fullyLabeledReplicas: 2 });
    });
    expect(await cluster.client.get(Pod, { name: 'orphan', namespace })).not.toHaveProperty(
      'metadata.ownerReferences.0',
    );
  });

  it('never make more than they should, however much happens at once', async () => {
    const namespace = await namespaceFor('many');
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        cluster.client.create(ReplicaSet, {
          metadata: { name: `set-${i}`, namespace },
          spec: { replicas: 5, selector: { matchLabels: { app: `a${i}` } }, template: template(`a${i}`) },
        }),
      ),
    );
    let most = 0;
    const pods = cluster.caches.of(Pod);
    const watching = pods.subscribe({
      changed: () => (most = Math.max(most, pods.list(namespace).length)),
      removed: () => undefined,
    });
    await cluster.eventually(() =>
      expect(pods.list(namespace).filter(pod => pod.status.phase === 'Running')).toHaveLength(100),
    );
    watching[Symbol.dispose]();
    expect(most).toBe(100);
  });
});

describe('endpoints', () => {
  it('follow the pods of a service, by port name, ready or not', async () => {
    const namespace = await namespaceFor('endpoints');
    await cluster.client.create(Service, {
      metadata: { name: 'web', namespace, labels: { team: 'a' } },
      spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'web' }] },
    });
    await cluster.eventually(async () => {
      const { items } = await cluster.client.list(EndpointSlice, { namespace });
      expect(items).toMatchObject([{ addressType: 'IPv4', endpoints: null }]);
    });
    await deploy(namespace, { replicas: 2 });
    await rolledOut(namespace, 2);
    await cluster.eventually(async () => {
      const { items } = await cluster.client.list(EndpointSlice, { namespace });
      expect(items).toHaveLength(1);
      expect(items[0]?.ports).toEqual([{ name: 'http', port: 8080, protocol: 'TCP' }]);
      expect(items[0]?.endpoints?.map(({ conditions }) => conditions)).toEqual([
        { ready: true, serving: true, terminating: false },
        { ready: true, serving: true, terminating: false },
      ]);
      expect(items[0]?.metadata.labels).toMatchObject({ 'kubernetes.io/service-name': 'web', team: 'a' });
      const { subsets } = await cluster.client.get(Endpoints, { name: 'web', namespace });
      expect(subsets?.[0]?.addresses).toHaveLength(2);
    });
    await change(namespace, { replicas: 0 });
    await cluster.eventually(async () => {
      const { items } = await cluster.client.list(EndpointSlice, { namespace });
      expect(items).toMatchObject([{ endpoints: null }]);
    });
    await cluster.client.delete(Service, { name: 'web', namespace });
    await cluster.eventually(() =>
      expect(cluster.client.get(Endpoints, { name: 'web', namespace })).rejects.toMatchObject({ reason: 'NotFound' }),
    );
  });
});

describe('namespaces', () => {
  it('have an account and the CA, and get them back', async () => {
    const namespace = await namespaceFor('furnished');
    const account = { name: 'default', namespace };
    const ca = { name: 'kube-root-ca.crt', namespace };
    const made = await cluster.eventually(() => cluster.client.get(ServiceAccount, account));
    await cluster.eventually(() => cluster.client.get(ConfigMap, ca));
    await cluster.client.delete(ServiceAccount, account);
    await cluster.client.patch(ConfigMap, ca, { type: 'merge', body: { data: { 'ca.crt': 'forged' } } });
    await cluster.eventually(async () => {
      expect((await cluster.client.get(ServiceAccount, account)).metadata.uid).not.toBe(made.metadata.uid);
      expect((await cluster.client.get(ConfigMap, ca)).data).toEqual({ 'ca.crt': 'CA of a test\n' });
    });
  });
});

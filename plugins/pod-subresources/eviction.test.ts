import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { fakeNodes } from '../../src/sdk/testing/fake-nodes.ts';
import { Deployment } from '../kinds/apps/v1/deployment.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { PodDisruptionBudget } from '../kinds/policy/v1/pod-disruption-budget.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster({ plugins: [fakeNodes({ count: 2 })] });
});
afterAll(() => cluster[Symbol.asyncDispose]());

const labels = { app: 'web' };
const selector = { matchLabels: labels };
const spec = { containers: [{ name: 'c', image: 'i' }] };

async function deployed(namespace: string, replicas: number): Promise<readonly Pod[]> {
  const { client } = cluster;
  await client.create(Namespace, { metadata: { name: namespace } });
  const template = { metadata: { labels }, spec };
  await client.create(Deployment, {
    metadata: { name: 'web', namespace },
    spec: { replicas, selector, template },
  });
  return cluster.eventually(async () => {
    const { status } = await client.get(Deployment, { name: 'web', namespace });
    expect(status.availableReplicas).toBe(replicas);
    return (await client.list(Pod, { namespace })).items;
  });
}

async function budgeted(namespace: string, more: object, allowed: number): Promise<void> {
  await cluster.client.create(PodDisruptionBudget, {
    metadata: { name: 'web', namespace },
    spec: { selector, ...more },
  });
  await allowing(namespace, allowed);
}
const allowing = (namespace: string, allowed: number) =>
  cluster.eventually(async () => {
    const { metadata, status } = await cluster.client.get(PodDisruptionBudget, { name: 'web', namespace });
    expect([status.observedGeneration, status.disruptionsAllowed]).toEqual([metadata.generation, allowed]);
  });

const evict = (pod: Pod | undefined, deleteOptions: object = {}) => {
  const { name = '', namespace = '' } = pod?.metadata ?? {};
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, deleteOptions };
  return cluster.client.createOn(Pod, { name, namespace }, 'eviction', body);
};

describe('an eviction', () => {
  it('is granted as long as the budget has room, and the next when another pod is there', async () => {
    const [first, second] = await deployed('room', 2);
    await budgeted('room', { maxUnavailable: 1 }, 1);
    expect(await evict(first)).toMatchObject({ status: 'Success', code: 201 });
    const held = { name: 'web', namespace: 'room' };
    await cluster.eventually(async () => {
      const pods = (await cluster.client.list(Pod, { namespace: 'room' })).items;
      expect(pods.map(({ metadata }) => metadata.name)).not.toContain(first?.metadata.name);
      expect(pods).toHaveLength(2);
    });
    await allowing('room', 1);
    expect(await cluster.client.get(PodDisruptionBudget, held)).not.toHaveProperty('status.disruptedPods');
    expect(await evict(second)).toMatchObject({ status: 'Success' });
  });

  it('is refused with what the budget needs', async () => {
    const [pod] = await deployed('none', 2);
    await budgeted('none', { minAvailable: 2 }, 0);
    await expect(evict(pod)).rejects.toMatchObject({
      status: {
        code: 429,
        reason: 'TooManyRequests',
        message: "Cannot evict pod as it would violate the pod's disruption budget.",
        details: {
          causes: [
            {
              reason: 'DisruptionBudget',
              message: 'The disruption budget web needs 2 healthy pods and has 2 currently',
            },
          ],
        },
      },
    });
    expect((await cluster.client.list(Pod, { namespace: 'none' })).items).toHaveLength(2);
  });

  it('on trial takes nothing', async () => {
    const [pod] = await deployed('trial', 2);
    await budgeted('trial', { maxUnavailable: 1 }, 1);
    expect(await evict(pod, { dryRun: ['All'] })).toMatchObject({ status: 'Success' });
    const after = await cluster.client.get(PodDisruptionBudget, { name: 'web', namespace: 'trial' });
    expect(after.status.disruptionsAllowed).toBe(1);
    expect((await cluster.client.list(Pod, { namespace: 'trial' })).items).toHaveLength(2);
  });

  it('of a pod that has not begun asks no budget', async () => {
    await cluster.client.create(Namespace, { metadata: { name: 'pending' } });
    const pod = await cluster.client.create(Pod, {
      metadata: { name: 'p', namespace: 'pending', labels },
      spec: { ...spec, nodeSelector: { no: 'where' } },
    });
    await budgeted('pending', { minAvailable: 1 }, 0);
    expect(await evict(pod)).toMatchObject({ status: 'Success' });
  });

  it('is refused where it wants something odd of dependents', async () => {
    await cluster.client.create(Namespace, { metadata: { name: 'odd' } });
    const pod = await cluster.client.create(Pod, { metadata: { name: 'p', namespace: 'odd' }, spec });
    await expect(evict(pod, { propagationPolicy: 'Sideways' })).rejects.toMatchObject({
      message:
        'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: "Sideways": supported values: "Foreground", "Background", "Orphan", "nil"',
    });
  });

  it('is refused where two budgets cover the pod, and where its name is another', async () => {
    const [pod] = await deployed('two', 1);
    await budgeted('two', { maxUnavailable: 1 }, 1);
    await cluster.client.create(PodDisruptionBudget, {
      metadata: { name: 'second', namespace: 'two' },
      spec: { selector: {}, minAvailable: 0 },
    });
    await expect(evict(pod)).rejects.toMatchObject({
      reason: 'InternalError',
      message: 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    });
    const key = { name: pod?.metadata.name ?? '', namespace: 'two' };
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'other' } };
    await expect(cluster.client.createOn(Pod, key, 'eviction', body)).rejects.toMatchObject({ reason: 'BadRequest' });
  });
});

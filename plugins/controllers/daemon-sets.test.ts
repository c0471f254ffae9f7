import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { fakeNodes } from '../../src/sdk/testing/fake-nodes.ts';
import { ControllerRevision } from '../kinds/apps/v1/controller-revision.ts';
import { DaemonSet } from '../kinds/apps/v1/daemon-set.ts';
import { Event } from '../kinds/core/v1/event.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';

let cluster: TestCluster;
beforeAll(async () => {
  const isBroken = (pod: Pod): boolean => pod.spec.containers[0]?.image === 'broken';
  cluster = await startCluster({ plugins: [fakeNodes({ count: 3, isBroken })] });
});
afterAll(() => cluster[Symbol.asyncDispose]());

const template = (image = 'one') => ({
  metadata: { labels: { app: 'agent' } },
  spec: { containers: [{ name: 'c', image }] },
});

async function daemonSet(namespace: string, spec: object = {}): Promise<DaemonSet> {
  await cluster.client.create(Namespace, { metadata: { name: namespace } });
  return cluster.client.create(DaemonSet, {
    metadata: { name: 'agent', namespace },
    spec: { selector: { matchLabels: { app: 'agent' } }, template: template(), ...spec },
  });
}
const change = (namespace: string, spec: object) =>
  cluster.client.patch(DaemonSet, { name: 'agent', namespace }, { type: 'merge', body: { spec } });

/** As `kubectl rollout status` judges. */
const rolledOut = (namespace: string, nodes = 3) =>
  cluster.eventually(async () => {
    const found = await cluster.client.get(DaemonSet, { name: 'agent', namespace });
    expect(found.status).toMatchObject({
      observedGeneration: found.metadata.generation,
      desiredNumberScheduled: nodes,
      currentNumberScheduled: nodes,
      updatedNumberScheduled: nodes,
      numberReady: nodes,
      numberAvailable: nodes,
      numberMisscheduled: 0,
    });
    expect(podsOf(namespace)).toHaveLength(nodes);
    return found;
  });
const podsOf = (namespace: string) => cluster.caches.of(Pod).list(namespace);
const imagesOf = (namespace: string) => podsOf(namespace).map(({ spec }) => spec.containers[0]?.image);
const revisionsOf = async (namespace: string) =>
  (await cluster.client.list(ControllerRevision, { namespace })).items.toSorted((a, b) => a.revision - b.revision);

describe('daemon sets', () => {
  it('have a pod on each node, follow nodes that come and taints that drive out, and tell', async () => {
    const namespace = 'daemons';
    await daemonSet(namespace);
    await rolledOut(namespace);
    expect(
      podsOf(namespace)
        .map(({ spec }) => spec.nodeName)
        .toSorted(),
    ).toEqual(['node-1', 'node-2', 'node-3']);
    await cluster.client.create(Node, { metadata: { name: 'late' } });
    await cluster.client.patch(Node, { name: 'late' }, { type: 'merge', body: { spec: { taints: [] } } });
    const status = { allocatable: { cpu: '1', memory: '1Gi', pods: '10' } };
    await cluster.client.patch(Node, { name: 'late' }, { type: 'merge', body: { status } }, { subresource: 'status' });
    await rolledOut(namespace, 4);
    const spec = { taints: [{ key: 'k', effect: 'NoExecute' }] };
    await cluster.client.patch(Node, { name: 'late' }, { type: 'merge', body: { spec } });
    await rolledOut(namespace, 3);
    await cluster.client.delete(Node, { name: 'late' });
    await cluster.eventually(async () => {
      const { items } = await cluster.client.list(Event, { namespace });
      const told = items
        .filter(({ involvedObject }) => involvedObject?.kind === 'DaemonSet')
        .map(({ reason }) => reason);
      expect(new Set(told)).toEqual(new Set(['SuccessfulCreate', 'SuccessfulDelete']));
    });
  });

  it('change one node after the other, stop at what does not become ready, and go back', async () => {
    const namespace = 'changing';
    await daemonSet(namespace);
    await rolledOut(namespace);
    await change(namespace, { template: template('broken') });
    await cluster.eventually(async () => {
      expect(imagesOf(namespace).toSorted()).toEqual(['broken', 'one', 'one']);
      const { status } = await cluster.client.get(DaemonSet, { name: 'agent', namespace });
      expect(status).toMatchObject({ updatedNumberScheduled: 1, numberAvailable: 2, numberUnavailable: 1 });
    });
    const [first, second] = await revisionsOf(namespace);
    expect([first?.revision, second?.revision]).toEqual([1, 2]);
    // What kubectl rollout undo sends.
    const body = first?.data;
    await cluster.client.patch(DaemonSet, { name: 'agent', namespace }, { type: 'strategic', body });
    const back = await rolledOut(namespace);
    expect(imagesOf(namespace)).toEqual(['one', 'one', 'one']);
    expect(back.metadata.annotations).toEqual({ 'deprecated.daemonset.template.generation': '3' });
    expect((await revisionsOf(namespace)).map(({ metadata, revision }) => [metadata.name, revision])).toEqual([
      [second?.metadata.name, 2],
      [first?.metadata.name, 3],
    ]);
  });

  it('surge: a new pod serves beside each old one before that one goes; old revisions are forgotten', async () => {
    const namespace = 'surging';
    const rollingUpdate = { maxSurge: '100%', maxUnavailable: 0 };
    await daemonSet(namespace, { revisionHistoryLimit: 1, updateStrategy: { rollingUpdate } });
    await rolledOut(namespace);
    let fewest = 3;
    const count = () => {
      const serving = podsOf(namespace).filter(
        ({ metadata, status }) =>
          metadata.deletionTimestamp === undefined &&
          status.conditions?.some(({ type, status: s }) => type === 'Ready' && s === 'True'),
      );
      fewest = Math.min(fewest, serving.length);
    };
    const watching = cluster.caches.of(Pod).subscribe({ changed: count, removed: count });
    await change(namespace, { template: template('two') });
    await rolledOut(namespace);
    watching[Symbol.dispose]();
    expect(fewest).toBe(3);
    await change(namespace, { template: template('three') });
    await rolledOut(namespace);
    await cluster.eventually(async () => {
      expect((await revisionsOf(namespace)).map(({ revision }) => revision)).toEqual([2, 3]);
    });
  });

  it('on delete: old pods stay until somebody ends them; what fails is replaced and told', async () => {
    const namespace = 'patient';
    await daemonSet(namespace, { updateStrategy: { type: 'OnDelete' } });
    await rolledOut(namespace);
    await change(namespace, { template: template('two') });
    await cluster.eventually(async () => {
      const { status, metadata } = await cluster.client.get(DaemonSet, { name: 'agent', namespace });
      expect(status.observedGeneration).toBe(metadata.generation);
      expect(status.updatedNumberScheduled).toBeUndefined();
    });
    const [doomed, failing] = podsOf(namespace).map(({ metadata: { name } }) => ({ name, namespace }));
    if (doomed === undefined || failing === undefined) throw new Error('there are three');
    await cluster.client.delete(Pod, doomed);
    await cluster.eventually(() => expect(imagesOf(namespace).toSorted()).toEqual(['one', 'one', 'two']));
    const body = { status: { phase: 'Failed' } };
    await cluster.client.patch(Pod, failing, { type: 'merge', body }, { subresource: 'status' });
    await cluster.eventually(async () => {
      expect(imagesOf(namespace).toSorted()).toEqual(['one', 'two', 'two']);
      const { items } = await cluster.client.list(Event, { namespace });
      const message = items.find(({ reason }) => reason === 'FailedDaemonPod')?.message;
      expect(message).toMatch(`Found failed daemon pod patient/${failing.name} on node node-`);
    });
  });

  it('take orphaned pods over, with the revision they were made from', async () => {
    const namespace = 'orphans';
    const before = await daemonSet(namespace);
    await rolledOut(namespace);
    const uids = podsOf(namespace).map(({ metadata }) => metadata.uid);
    await cluster.client.delete(DaemonSet, { name: 'agent', namespace }, { propagationPolicy: 'Orphan' });
    await cluster.eventually(() =>
      expect(cluster.client.get(DaemonSet, { name: 'agent', namespace })).rejects.toMatchObject({ reason: 'NotFound' }),
    );
    await cluster.client.create(DaemonSet, { metadata: { name: 'agent', namespace }, spec: before.spec });
    await rolledOut(namespace);
    expect(podsOf(namespace).map(({ metadata }) => metadata.uid)).toEqual(uids);
    expect(await revisionsOf(namespace)).toHaveLength(1);
  });
});

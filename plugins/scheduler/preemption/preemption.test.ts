import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../../../src/sdk/testing/cluster.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { manualWorld } from '../../../src/sdk/testing/manual-world.ts';
import { metricSources } from '../../apiserver/contract.ts';
import { Event } from '../../kinds/core/v1/event.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { ServiceAccount } from '../../kinds/core/v1/service-account.ts';
import { PodDisruptionBudget } from '../../kinds/policy/v1/pod-disruption-budget.ts';
import { PriorityClass } from '../../kinds/scheduling/v1/priority-class.ts';
import { StorageClass } from '../../kinds/storage/v1/storage-class.ts';
import { ClusterState } from '../cluster-state.ts';
import { PodQueue } from '../pod-queue.ts';
import { SchedulerMetrics } from '../scheduler-metrics.ts';
import { UnplacedReports } from '../unplaced-reports.ts';
import { RoomMaker } from './room-maker.ts';

const namespace = 'default';
let cluster: TestCluster;
/** Nobody runs pods on the node: one that is deleted is on its way out until it is deleted again without grace. */
beforeAll(async () => {
  cluster = await startCluster({ without: ['controllers'] });
  const { client } = cluster;
  await client.create(ServiceAccount, { metadata: { name: 'default', namespace } });
  await client.create(Node, { metadata: { name: 'node-1' } });
  const status = { allocatable: { cpu: '4', memory: '8Gi', pods: '10' } };
  await client.patch(Node, { name: 'node-1' }, { type: 'merge', body: { status } }, { subresource: 'status' });
  await client.patch(Node, { name: 'node-1' }, { type: 'merge', body: { spec: { taints: [] } } });
  for (const [name, value] of [
    ['low', 10],
    ['middle', 20],
    ['high', 30],
  ] as const) {
    await cluster.client.create(PriorityClass, { metadata: { name }, value });
  }
});
afterAll(() => cluster[Symbol.asyncDispose]());

async function made(name: string, priorityClassName: string, more: object = {}): Promise<string> {
  const containers = [{ name: 'c', image: 'i', resources: { requests: { cpu: '3' } } }];
  const spec = { priorityClassName, containers, ...more };
  return (await cluster.client.create(Pod, { metadata: { name, namespace }, spec })).metadata.uid;
}
const get = (name: string) => cluster.client.get(Pod, { name, namespace });
const isOn = (name: string, node: string) =>
  cluster.eventually(async () => expect((await get(name)).spec.nodeName).toBe(node));
const conditionOf = async (name: string, type: string) =>
  (await get(name)).status.conditions?.find(condition => condition.type === type);
async function removed(...names: readonly string[]): Promise<void> {
  for (const name of names) await cluster.client.delete(Pod, { name, namespace }, { gracePeriodSeconds: 0 });
}
const eventsAbout = async (name: string, reason: string): Promise<readonly string[]> => {
  const { items } = await cluster.client.list(Event, { namespace });
  const about = items.filter(({ involvedObject }) => involvedObject.name === name);
  return about.filter(event => event.reason === reason).map(({ message }) => message ?? '');
};

const nominatedFor = async (name: string) => (await get(name)).status.nominatedNodeName;
const says = (name: string, message: string) =>
  cluster.eventually(async () => expect((await conditionOf(name, 'PodScheduled'))?.message).toBe(message));
const HELPLESS =
  '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: ';

it('gives an important pod the room of others, tells them so, and keeps the room for it', async () => {
  await made('victim', 'low');
  await isOn('victim', 'node-1');
  const uid = await made('preemptor', 'high');
  await cluster.eventually(async () => expect(await nominatedFor('preemptor')).toBe('node-1'));
  expect(await conditionOf('preemptor', 'PodScheduled')).toMatchObject({
    status: 'False',
    reason: 'Unschedulable',
    message: '0/1 nodes are available: 1 Insufficient cpu.',
  });
  await cluster.eventually(async () => expect((await get('victim')).metadata.deletionTimestamp).toBeDefined());
  expect(await conditionOf('victim', 'DisruptionTarget')).toMatchObject({
    status: 'True',
    reason: 'PreemptionByScheduler',
    message: 'default-scheduler: preempting to accommodate a higher priority pod',
  });
  expect((await get('victim')).metadata.deletionGracePeriodSeconds).toBe(30);
  await made('waits', 'middle');
  await says('waits', `${HELPLESS}1 Insufficient cpu.`);
  await removed('victim');
  await isOn('preemptor', 'node-1');
  expect(await nominatedFor('preemptor')).toBeUndefined();
  await says('waits', `${HELPLESS}1 No preemption victims found for incoming pod.`);
  await cluster.eventually(async () =>
    expect(await eventsAbout('victim', 'Preempted')).toEqual([`Preempted by pod ${uid} on node node-1`]),
  );
  await removed('waits', 'preemptor');
});

it('lets nobody go for a pod that is not to preempt', async () => {
  await cluster.client.create(PriorityClass, { metadata: { name: 'polite' }, value: 30, preemptionPolicy: 'Never' });
  await made('low', 'low');
  await isOn('low', 'node-1');
  await made('polite', 'polite');
  const message =
    '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, ' +
    'preemption: not eligible due to preemptionPolicy=Never.';
  await says('polite', message);
  await cluster.eventually(async () => expect(await eventsAbout('polite', 'FailedScheduling')).toContain(message));
  expect((await get('low')).metadata.deletionTimestamp).toBeUndefined();
  await removed('polite', 'low');
});

it('takes the room kept for a less important pod, which is told', async () => {
  await made('victim', 'low');
  await isOn('victim', 'node-1');
  await made('first', 'middle');
  await cluster.eventually(async () => expect(await nominatedFor('first')).toBe('node-1'));
  await made('second', 'high');
  await cluster.eventually(async () => expect(await nominatedFor('second')).toBe('node-1'));
  await cluster.eventually(async () => expect(await nominatedFor('first')).toBeUndefined());
  await removed('victim');
  await isOn('second', 'node-1');
  expect((await get('first')).spec.nodeName).toBeUndefined();
  await removed('first', 'second');
});

it('takes back a pod whose volumes are still waited for, and does not delete it', async () => {
  const { client } = cluster;
  const provisioner = 'example.com/nobody';
  const volumeBindingMode = 'WaitForFirstConsumer';
  await client.create(StorageClass, { metadata: { name: 'slow' }, provisioner, volumeBindingMode });
  await client.create(PersistentVolumeClaim, {
    metadata: { name: 'data', namespace },
    spec: { storageClassName: 'slow', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  });
  const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }];
  const uid = await made('claiming', 'low', { volumes });
  const claim = () => client.get(PersistentVolumeClaim, { name: 'data', namespace });
  await cluster.eventually(async () =>
    expect((await claim()).metadata.annotations?.['volume.kubernetes.io/selected-node']).toBe('node-1'),
  );
  expect(await nominatedFor('claiming')).toBe('node-1');
  const by = await made('urgent', 'high');
  await isOn('urgent', 'node-1');
  const message = `Preempted by pod ${by} on node node-1 (in kube-scheduler memory).`;
  await cluster.eventually(async () => expect(await eventsAbout('claiming', 'Preempted')).toEqual([message]));
  const { metadata, spec } = await get('claiming');
  expect([metadata.uid, metadata.deletionTimestamp, spec.nodeName]).toEqual([uid, undefined, undefined]);
  await cluster.eventually(async () => expect(await nominatedFor('claiming')).toBeUndefined());
  await removed('claiming', 'urgent');
});

it('counts what it tries, and who waits', async () => {
  const figure = (name: string): number | undefined =>
    cluster.kernel
      .collect(metricSources)
      .flatMap(({ collect }) => collect())
      .flatMap(({ name: metric, samples }) =>
        samples.map(({ labels, value, part }) => ({
          name: [part === undefined ? metric : `${metric}_${part}`, ...Object.values(labels)].join(' '),
          value,
        })),
      )
      .find(each => each.name === name)?.value;
  const waiting = (pods: number) =>
    cluster.eventually(() => expect(figure('scheduler_pending_pods unschedulable')).toBe(pods));
  await waiting(0);
  await made('nowhere', 'low', { nodeSelector: { no: 'such' } });
  await waiting(1);
  await removed('nowhere');
  await waiting(0);
  for (const result of ['scheduled', 'unschedulable'])
    expect(figure(`scheduler_schedule_attempts_total default-scheduler ${result}`)).toBeGreaterThanOrEqual(4);
  for (const [event, queue] of [
    ['UnschedulablePodAdd', 'active'],
    ['ScheduleAttemptFailure', 'unschedulable'],
  ])
    expect(figure(`scheduler_queue_incoming_pods_total ${event} ${queue}`)).toBeGreaterThanOrEqual(1);
  for (const step of [
    'Filter default-scheduler Success',
    'Filter default-scheduler Unschedulable',
    'Bind default-scheduler Success',
  ])
    expect(figure(`scheduler_framework_extension_point_duration_seconds_count ${step}`)).toBeGreaterThanOrEqual(4);
  expect(figure('scheduler_scheduling_algorithm_duration_seconds_count')).toBeGreaterThanOrEqual(8);
  expect(figure('scheduler_preemption_attempts_total')).toBeGreaterThanOrEqual(4);
  expect(figure('scheduler_preemption_victims_count')).toBe(4);
});

it('keeps the room from the moment that it is decided on', async () => {
  const state = new ClusterState();
  const world = manualWorld();
  const queue = new PodQueue(world);
  const events = { event: () => undefined };
  const reports = new UnplacedReports({ client: cluster.client, events, clock: world.clock, log: silentLogger });
  const budgets = cluster.caches.of(PodDisruptionBudget);
  const takeBack = () => false;
  const { client } = cluster;
  const metrics = new SchedulerMetrics('s');
  const deps = { client, budgets, events, world, log: silentLogger, cluster: state, queue, reports, metrics, takeBack };
  const pod = { metadata: { name: 'p', uid: 'u', namespace }, spec: {}, status: {} } as unknown as Pod;
  const made = new RoomMaker(deps).makeRoom(pod, { node: 'n', pods: [], violations: 0 }, new Set());
  expect(state.nominated.get('n')).toEqual(new Set([pod]));
  await made;
});

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { startCluster, type TestCluster } from '../../../src/sdk/testing/cluster.ts';
import { manualWorld } from '../../../src/sdk/testing/manual-world.ts';
import { Namespace } from '../../kinds/core/v1/namespace.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { ServiceAccount } from '../../kinds/core/v1/service-account.ts';
import { PodDisruptionBudget } from '../../kinds/policy/v1/pod-disruption-budget.ts';
import { CSIDriver } from '../../kinds/storage/v1/csi-driver.ts';
import { CSIStorageCapacity } from '../../kinds/storage/v1/csi-storage-capacity.ts';
import { StorageClass } from '../../kinds/storage/v1/storage-class.ts';
import { PriorityClass } from '../../kinds/scheduling/v1/priority-class.ts';
import { nodeUnschedulable } from '../filters/node-facts.ts';
import { nodeResourcesFit } from '../filters/resources-fit.ts';
import { Scheduler } from '../scheduler.ts';
import { DeviceClass } from '../../kinds/resource/v1/device-class.ts';
import { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import { ResourceSlice } from '../../kinds/resource/v1/resource-slice.ts';
import { DeviceAllocator } from '../devices/device-allocator.ts';
import { DeviceClaimer } from '../devices/device-claimer.ts';
import { VolumeClaimer } from '../volumes/volume-claimer.ts';

const namespace = 'default';
const NODES = ['a', 'b', 'c'];
let cluster: TestCluster;
/** What the scheduler does next, each run by the test: a stretch of work is one step long. */
let turns: (() => void)[] = [];
let over = new AbortController();

beforeAll(async () => {
  cluster = await startCluster({ without: ['controllers', 'scheduler'] });
  const { client } = cluster;
  await client.create(ServiceAccount, { metadata: { name: 'default', namespace } });
  for (const [name, value] of Object.entries({ least: 1, less: 2, high: 30 }))
    await client.create(PriorityClass, { metadata: { name }, value });
});
afterAll(() => cluster[Symbol.asyncDispose]());

/** Three full nodes; least is lost on `a`. */
beforeEach(async () => {
  over.abort();
  over = new AbortController();
  const { client } = cluster;
  for (const { metadata } of (await client.list(Pod, { namespace })).items) await removed(metadata.name);
  for (const { metadata } of (await client.list(Node)).items) await client.delete(Node, { name: metadata.name });
  for (const name of NODES) {
    await client.create(Node, { metadata: { name } });
    const status = { allocatable: { cpu: '4', memory: '8Gi', pods: '10' } };
    await client.patch(Node, { name }, { type: 'merge', body: { status } }, { subresource: 'status' });
    await client.patch(Node, { name }, { type: 'merge', body: { spec: { taints: [] } } });
    await made(`on-${name}`, name === 'a' ? 'least' : 'less', { nodeName: name });
  }
  await scheduling();
});

async function made(name: string, priorityClassName: string, more: object = {}): Promise<void> {
  const containers = [{ name: 'c', image: 'i', resources: { requests: { cpu: '3' } } }];
  await cluster.client.create(Pod, { metadata: { name, namespace }, spec: { priorityClassName, containers, ...more } });
}
const removed = (name: string) => cluster.client.delete(Pod, { name, namespace }, { gracePeriodSeconds: 0 });

async function scheduling(): Promise<void> {
  const { client, caches } = cluster;
  let ms = 0;
  turns = [];
  const world = {
    ...manualWorld(),
    clock: { now: () => 0, cpuMs: () => 0, monotonicMs: () => (ms += 100) },
    timers: {
      after: (delayMs: number, run: () => void): Disposable => {
        if (delayMs === 0) turns.push(run);
        return { [Symbol.dispose]: () => undefined };
      },
      every: (): Disposable => ({ [Symbol.dispose]: () => undefined }),
      sleep: () => new Promise<void>(() => undefined),
    },
  };
  const scheduler = new Scheduler({
    name: 'default-scheduler',
    client,
    pods: caches.of(Pod),
    nodes: caches.of(Node),
    namespaces: caches.of(Namespace),
    budgets: caches.of(PodDisruptionBudget),
    events: { event: () => undefined },
    world,
    log: silentLogger,
    signal: over.signal,
    volumes: new VolumeClaimer(
      {
        volumes: caches.of(PersistentVolume),
        claims: caches.of(PersistentVolumeClaim),
        classes: caches.of(StorageClass),
        drivers: caches.of(CSIDriver),
        capacities: caches.of(CSIStorageCapacity),
      },
      client,
    ),
    devices: new DeviceClaimer({
      devices: new DeviceAllocator(
        { claims: caches.of(ResourceClaim), classes: caches.of(DeviceClass), slices: caches.of(ResourceSlice) },
        world,
      ),
      client,
      events: { event: () => undefined },
      world,
      log: silentLogger,
      released: () => undefined,
    }),
    rules: () => ({ filters: [nodeUnschedulable, nodeResourcesFit()], scores: [] }),
  });
  await scheduler.run();
  await turn(1);
}

async function turn(times: number): Promise<void> {
  for (let i = 0; i < times; i++)
    (await cluster.eventually(() => turns.shift() ?? Promise.reject(new Error('idle'))))();
}
const leaving = async (): Promise<readonly string[]> =>
  (await cluster.client.list(Pod, { namespace })).items
    .filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
    .map(({ metadata }) => metadata.name);
const get = () => cluster.client.get(Pod, { name: 'urgent', namespace });
const seen = (check: () => boolean) =>
  cluster.eventually(() => (check() ? undefined : Promise.reject(new Error('not yet seen'))));

/** A stretch for the decision that finds no node, and one for each node that might be cleared. */
async function searched(): Promise<void> {
  await made('urgent', 'high');
  await turn(1 + NODES.length);
}

it('evicts whom it has found where nothing has changed', async () => {
  await searched();
  expect(await leaving()).toEqual([]);
  await turn(1);
  await cluster.eventually(async () => expect(await leaving()).toEqual(['on-a']));
  expect((await get()).status.nominatedNodeName).toBe('a');
});

it('takes the room that came meanwhile, and evicts nobody', async () => {
  await searched();
  await removed('on-b');
  await seen(() => cluster.caches.of(Pod).get('on-b', namespace) === undefined);
  await turn(1);
  await cluster.eventually(async () => expect((await get()).spec.nodeName).toBe('b'));
  expect(await leaving()).toEqual([]);
});

it('searches again where the node it has found would not do any more', async () => {
  await searched();
  const body = { spec: { unschedulable: true } };
  await cluster.client.patch(Node, { name: 'a' }, { type: 'merge', body });
  await seen(() => cluster.caches.of(Node).get('a')?.spec.unschedulable === true);
  await turn(4);
  await cluster.eventually(async () => expect(await leaving()).toHaveLength(1));
  expect(['b', 'c']).toContain((await get()).status.nominatedNodeName);
  expect(await leaving()).not.toContain('on-a');
});

it('evicts nobody for a pod that is gone', async () => {
  await searched();
  await removed('urgent');
  await seen(() => cluster.caches.of(Pod).get('urgent', namespace) === undefined);
  await turn(1);
  await made('other', 'least');
  await turn(1);
  expect(await leaving()).toEqual([]);
});

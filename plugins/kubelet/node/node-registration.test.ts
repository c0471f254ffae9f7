import { afterAll, beforeAll, expect, it } from 'vitest';
import { timeOf } from '../../../src/base/timestamp.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { startCluster, type TestCluster } from '../../../src/sdk/testing/cluster.ts';
import { manualWorld } from '../../../src/sdk/testing/manual-world.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import { Namespace } from '../../kinds/core/v1/namespace.ts';
import { NodeRegistration } from './node-registration.ts';
import { extendedOf, type NodeStatus } from './node-status.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster({ without: ['controllers', 'scheduler'] });
  await cluster.client.create(Namespace, { metadata: { name: 'kube-node-lease' } }).catch(() => undefined);
});
afterAll(() => cluster[Symbol.asyncDispose]());

const NAME = 'n';
const get = () => cluster.client.get(Node, { name: NAME });
const WIDGETS = 'example.com/widgets';

it('lets pods have resources that others add, and writes nothing for them from then on', async () => {
  const world = manualWorld();
  const stop = new AbortController();
  let cpu = '2';
  let asked = 0;
  const status = async (before: NodeStatus | undefined): Promise<NodeStatus> => {
    asked += 1;
    const own = { cpu, pods: '10' };
    const heartbeat = { type: 'Ready', status: 'True', lastHeartbeatTime: timeOf(world.clock.now()) };
    const allocatable = { ...extendedOf(before?.capacity), ...own };
    return { ...before, capacity: own, allocatable, conditions: [heartbeat] } as unknown as NodeStatus;
  };
  const { client } = cluster;
  const deps = { client, world, log: silentLogger, name: NAME, labels: {}, taints: [], podCidrs: ['10.42.0.0/24'] };
  await new NodeRegistration({ ...deps, status, signal: stop.signal }).start();
  const body = { status: { capacity: { [WIDGETS]: '5' } } };
  await client.patch(Node, { name: NAME }, { type: 'strategic', body }, { subresource: 'status' });
  const beat = async (): Promise<void> => {
    const before = asked;
    await world.advance(10_000);
    await cluster.eventually(() => expect(asked).toBe(before + 1));
  };
  await beat();
  await cluster.eventually(async () => expect((await get()).status.allocatable).toMatchObject({ [WIDGETS]: '5' }));
  const added = await get();
  await beat();
  await beat();
  expect((await get()).metadata.resourceVersion).toBe(added.metadata.resourceVersion);
  cpu = '4';
  await beat();
  await cluster.eventually(async () => expect((await get()).status.capacity).toMatchObject({ cpu: '4' }));
  await beat();
  await beat();
  const changed = await get();
  expect(changed.status).toMatchObject({ capacity: { [WIDGETS]: '5' }, allocatable: { [WIDGETS]: '5' } });
  await beat();
  expect((await get()).metadata.resourceVersion).toBe(changed.metadata.resourceVersion);
  stop.abort();
});

it('gives a node that it makes its taints, and leaves those of one that is there', async () => {
  const world = manualWorld();
  const stop = new AbortController();
  const taints = [{ key: 'gpu', value: 'true', effect: 'NoSchedule' as const }];
  const status = async (): Promise<NodeStatus> => ({ capacity: { pods: '10' } }) as unknown as NodeStatus;
  const { client } = cluster;
  const deps = {
    client,
    world,
    log: silentLogger,
    name: 'tainted',
    labels: { disk: 'ssd' },
    podCidrs: ['10.42.1.0/24'],
  };
  const register = () => new NodeRegistration({ ...deps, taints, status, signal: stop.signal }).start();
  await register();
  const { metadata, spec } = await client.get(Node, { name: 'tainted' });
  expect(metadata.labels).toMatchObject({ disk: 'ssd' });
  expect(spec.taints).toEqual(expect.arrayContaining(taints));
  await client.patch(Node, { name: 'tainted' }, { type: 'merge', body: { spec: { taints: null } } });
  await register();
  expect((await client.get(Node, { name: 'tainted' })).spec.taints).toBeUndefined();
  stop.abort();
});

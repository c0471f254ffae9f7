import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../../../src/sdk/testing/cluster.ts';
import { Event } from '../../kinds/core/v1/event.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { ServiceAccount } from '../../kinds/core/v1/service-account.ts';
import { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import { ResourceSlice } from '../../kinds/resource/v1/resource-slice.ts';

const namespace = 'default';
let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster({ without: ['scheduler'] });
  const { client } = cluster;
  await cluster.eventually(() => client.get(ServiceAccount, { name: 'default', namespace }));
  await client.create(Node, { metadata: { name: 'n' } });
  await client.create(ResourceSlice, {
    metadata: { name: 's' },
    spec: {
      driver: 'd.x',
      nodeName: 'n',
      pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
      devices: ['a', 'b', 'c', 'd'].map(name => ({ name })),
    },
  });
});
afterAll(() => cluster[Symbol.asyncDispose]());

/** A pod whose claim has the device. */
async function uses(device: string, tolerations: readonly object[]): Promise<void> {
  const { client } = cluster;
  const key = { name: device, namespace };
  await client.create(ResourceClaim, {
    metadata: key,
    spec: { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'c' } }] } },
  });
  const result = { request: 'r', driver: 'd.x', pool: 'p', device, tolerations };
  const body = { status: { allocation: { devices: { results: [result] } } } };
  await client.patch(ResourceClaim, key, { type: 'merge', body }, { subresource: 'status' });
  await client.create(Pod, {
    metadata: key,
    spec: {
      nodeName: 'n',
      containers: [{ name: 'c', image: 'i' }],
      resourceClaims: [{ name: 'device', resourceClaimName: device }],
    },
  });
  await cluster.eventually(async () =>
    expect((await client.get(ResourceClaim, key)).status.reservedFor).toHaveLength(1),
  );
}
const taint = (devices: readonly string[], effect: string) => {
  const taints = [{ key: 'broken', effect }];
  const all = ['a', 'b', 'c', 'd'].map(name => ({ name, ...(devices.includes(name) ? { taints } : {}) }));
  return cluster.client.patch(ResourceSlice, { name: 's' }, { type: 'merge', body: { spec: { devices: all } } });
};
const leaving = async () =>
  (await cluster.client.list(Pod, { namespace })).items
    .filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
    .map(({ metadata }) => metadata.name);

it('ends the pods whose devices are not to be used any more, unless their claims tolerate that', async () => {
  const tolerated = { key: 'broken', operator: 'Exists', effect: 'NoExecute' };
  await uses('a', []);
  await uses('b', [tolerated]);
  await uses('c', [{ ...tolerated, tolerationSeconds: 3600 }]);
  await uses('d', []);
  await taint(['a', 'b', 'c', 'd'], 'NoSchedule');
  await taint(['a', 'b', 'c'], 'NoExecute');
  await cluster.eventually(async () => expect(await leaving()).toEqual(['a']));
  const { status } = await cluster.client.get(Pod, { name: 'a', namespace });
  expect(status.conditions).toContainEqual(
    expect.objectContaining({
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByDeviceTaintManager',
      message: 'Device Taint manager: deleting due to NoExecute taint',
    }),
  );
  const told = async () =>
    (await cluster.client.list(Event, { namespace })).items
      .filter(({ reason }) => reason === 'DeviceTaintManagerEviction')
      .map(({ involvedObject, message }) => `${involvedObject.name}: ${message}`);
  await cluster.eventually(async () => expect(await told()).toEqual(['a: Marking for deletion']));
  await taint([], '');
  await cluster.eventually(async () =>
    expect(await told()).toEqual(['a: Marking for deletion', 'c: Cancelling deletion']),
  );
  expect(await leaving()).toEqual(['a']);
});

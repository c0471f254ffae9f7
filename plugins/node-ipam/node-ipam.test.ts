import { expect, it } from 'vitest';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { controllers } from '../../src/sdk/controller.ts';
import { startCluster } from '../../src/sdk/testing/cluster.ts';
import { Event } from '../kinds/core/v1/event.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { freeRange } from './free-range.ts';
import { nodeIpam } from './node-ipam.ts';

it.each([
  ['10.42.0.0/16', [], '10.42.1.0/24'],
  ['10.42.0.0/16', ['10.42.1.0/24', '10.42.3.0/24'], '10.42.2.0/24'],
  ['10.42.0.0/23', ['10.42.1.0/24'], undefined],
  ['10.42.0.0/26', [], undefined],
] as const)('of %s without %j the next is %s', (cluster, taken, range) => {
  expect(freeRange(cluster, candidate => taken.some(each => each === candidate))).toBe(range);
});

it('gives nodes different ranges, says when there is none, and gives again what is free', async () => {
  const plugin = definePlugin({ name: 'node-ipam', contributes: [controllers(nodeIpam('10.42.0.0/22'))] });
  await using cluster = await startCluster({ plugins: [plugin] });
  const { client } = cluster;
  await client.create(Node, { metadata: { name: 'server' }, spec: { podCIDR: '10.42.0.0/24' } });
  const names = ['a', 'b', 'c'];
  await Promise.all(names.map(name => client.create(Node, { metadata: { name } })));
  const ranges = await cluster.eventually(async () => {
    const nodes = await Promise.all(names.map(name => client.get(Node, { name })));
    const found = nodes.map(({ spec }) => spec.podCIDRs?.join());
    if (found.includes(undefined)) throw new Error('not all have one');
    return found.sort();
  });
  expect(ranges).toEqual(['10.42.1.0/24', '10.42.2.0/24', '10.42.3.0/24']);
  await client.create(Node, { metadata: { name: 'late' } });
  await cluster.eventually(async () => {
    const { items } = await client.list(Event, { fieldSelector: 'reason=CIDRNotAvailable' });
    expect(items.map(({ message }) => message)).toEqual(['Node late status is now: CIDRNotAvailable']);
  });
  const { spec } = await client.get(Node, { name: 'b' });
  await client.delete(Node, { name: 'b' });
  await client.create(Node, { metadata: { name: 'd' } });
  await cluster.eventually(async () => {
    expect((await client.get(Node, { name: 'd' })).spec.podCIDR).toBe(spec.podCIDR);
  });
  await expect(
    client.patch(Node, { name: 'd' }, { type: 'merge', body: { spec: { podCIDR: '10.42.0.0/24' } } }),
  ).rejects.toThrow('node updates may not change podCIDR except from "" to valid');
});

it('gives a node a range of each family', async () => {
  const clusterCidr = '10.42.0.0/16,fd42::/56';
  const plugin = definePlugin({ name: 'node-ipam', contributes: [controllers(nodeIpam(clusterCidr))] });
  await using cluster = await startCluster({ plugins: [plugin] });
  await cluster.client.create(Node, { metadata: { name: 'a' } });
  await cluster.eventually(async () => {
    const { spec } = await cluster.client.get(Node, { name: 'a' });
    expect(spec).toMatchObject({ podCIDR: '10.42.1.0/24', podCIDRs: ['10.42.1.0/24', 'fd42:0:0:1::/64'] });
  });
});

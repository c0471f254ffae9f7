import { expect, it } from 'vitest';
import { startCluster } from '../../src/sdk/testing/cluster.ts';
import { ComponentStatus } from '../kinds/core/v1/component-status.ts';

const ofWell = { type: 'Healthy', status: 'True', message: 'ok' };

it('tells which parts of the control plane run', async () => {
  await using cluster = await startCluster({ without: ['scheduler'] });
  const { items } = await cluster.client.list(ComponentStatus, {});
  expect(items.map(({ metadata, conditions }) => [metadata.name, conditions?.[0]])).toEqual([
    ['controller-manager', ofWell],
    ['scheduler', { type: 'Healthy', status: 'False', message: 'not running' }],
    ['etcd-0', ofWell],
  ]);
  expect(await cluster.client.get(ComponentStatus, { name: 'etcd-0' })).toMatchObject({
    kind: 'ComponentStatus',
    metadata: { name: 'etcd-0' },
  });
  await expect(cluster.client.get(ComponentStatus, { name: 'none' })).rejects.toMatchObject({ reason: 'NotFound' });
  const selected = await cluster.client.list(ComponentStatus, { fieldSelector: 'metadata.name=etcd-0' });
  expect(selected.items).toHaveLength(1);
});

import { expect, it } from 'vitest';
import { startCluster } from '../../src/sdk/testing/cluster.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';

it('lets no pod grow beyond its node, on any node but one of Linux', async () => {
  await using cluster = await startCluster({});
  const { client } = cluster;
  const allocatable = { cpu: '2', memory: '1Gi' };
  await client.create(Node, { metadata: { name: 'n' }, status: { allocatable } });
  const labels = { 'kubernetes.io/os': 'windows' };
  await client.create(Node, { metadata: { name: 'w', labels }, status: { allocatable } });
  const resources = { requests: { cpu: '1' } };
  for (const nodeName of ['n', 'w', 'none']) {
    const spec = { nodeName, containers: [{ name: 'app', image: 'i', resources }] };
    await client.create(Pod, { metadata: { name: nodeName, namespace: 'default' }, spec });
  }
  const resize = (name: string, cpu: string) => {
    const body = { spec: { containers: [{ name: 'app', resources: { requests: { cpu } } }] } };
    const patch = { type: 'strategic', body } as const;
    return client.patch(Pod, { name, namespace: 'default' }, patch, { subresource: 'resize' });
  };
  await cluster.eventually(async () => {
    expect((await resize('n', '1500m')).spec.containers[0]?.resources.requests).toEqual({ cpu: '1500m' });
  });
  await expect(resize('n', '3')).rejects.toMatchObject({
    message:
      'pods "n" is forbidden: node didn\'t have enough allocatable resources: cpu, requested: 3000, allocatable: 2000',
    status: { code: 403, details: { causes: [{ reason: 'NodeCapacity' }] } },
  });
  await expect(resize('w', '1500m')).rejects.toMatchObject({
    message: 'pods "w" is forbidden: pod resize is only supported on linux nodes, node "w" is "windows"',
    status: { details: { causes: [{ reason: 'UnsupportedPlatform' }] } },
  });
  expect((await resize('w', '1')).metadata.generation).toBe(1);
  await expect(resize('none', '2')).rejects.toThrow('pods "none" is forbidden: node "none" not found');
});

it('gives back the tolerations that every pod has, where an update takes them away', async () => {
  await using cluster = await startCluster({});
  const { client } = cluster;
  const key = { name: 'a', namespace: 'default' };
  await client.create(Pod, { metadata: key, spec: { containers: [{ name: 'app', image: 'i' }] } });
  const tolerations = [{ key: 'x', operator: 'Exists' }];
  const { spec, metadata } = await client.patch(Pod, key, { type: 'merge', body: { spec: { tolerations } } });
  const keys = ['x', 'node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];
  expect(spec.tolerations?.map(each => each.key)).toEqual(keys);
  expect(metadata.generation).toBe(2);
});

import { describe, expect, it } from 'vitest';
import { ConfigMap } from '../plugins/kinds/core/v1/config-map.ts';
import { Node } from '../plugins/kinds/core/v1/node.ts';
import { Pod } from '../plugins/kinds/core/v1/pod.ts';
import { startCluster } from '../src/sdk/testing/cluster.ts';
import { fakeNodes } from '../src/sdk/testing/fake-nodes.ts';
import namespaceNotes from './plugins-dir/namespace-notes.ts';
import spareNodes from './plugins-dir/spare-nodes.ts';

describe('plugins of a third party', () => {
  it('add a controller', async () => {
    await using cluster = await startCluster({ plugins: [namespaceNotes] });
    const notes = { name: 'notes', namespace: 'default' };
    await cluster.eventually(() => cluster.client.get(ConfigMap, notes));
    await cluster.client.delete(ConfigMap, notes);
    await cluster.eventually(() => cluster.client.get(ConfigMap, notes));
  });

  it('add a scheduler filter', async () => {
    await using cluster = await startCluster({ plugins: [spareNodes, fakeNodes()] });
    const { client } = cluster;
    const label = (value: string | null) =>
      client.patch(
        Node,
        { name: 'node-1' },
        { type: 'merge', body: { metadata: { labels: { 'example.com/spare': value } } } },
      );
    await label('');
    await cluster.eventually(() =>
      expect(cluster.caches.of(Node).get('node-1')?.metadata.labels).toHaveProperty(['example.com/spare']),
    );
    const key = { name: 'p', namespace: 'default' };
    await cluster.eventually(() =>
      client.create(Pod, { metadata: key, spec: { containers: [{ name: 'c', image: 'i' }] } }),
    );
    await cluster.eventually(async () => {
      const { status } = await client.get(Pod, key);
      expect(status.conditions?.[0]?.message).toContain('0/1 nodes are available: 1 node(s) were kept as spares.');
    });
    await label(null);
    await cluster.eventually(async () => expect((await client.get(Pod, key)).spec.nodeName).toBe('node-1'));
  });
});

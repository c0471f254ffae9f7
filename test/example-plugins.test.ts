import { describe, expect, it } from 'vitest';
import { ConfigMap } from '../plugins/kinds/core/v1/config-map.ts';
import { Namespace } from '../plugins/kinds/core/v1/namespace.ts';
import { Node } from '../plugins/kinds/core/v1/node.ts';
import { Pod } from '../plugins/kinds/core/v1/pod.ts';
import { startCluster } from '../src/sdk/testing/cluster.ts';
import { fakeNodes } from '../src/sdk/testing/fake-nodes.ts';
import namespaceNotes from './plugins-dir/namespace-notes.ts';
import pages, { Page } from './plugins-dir/pages.ts';
import requiredLabels from './plugins-dir/required-labels.ts';
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

  it('refuse what their settings do not allow', async () => {
    await using cluster = await startCluster({ plugins: [requiredLabels], settings: { labels: ['team'] } });
    const create = (labels: Readonly<Record<string, string>>) =>
      cluster.client.create(Namespace, { metadata: { name: 'shop', labels } });
    await expect(create({})).rejects.toThrow('namespaces "shop" is forbidden: labels are missing: team');
    await create({ team: 'shop' });
  });

  it('add a kind, and what becomes of its objects', async () => {
    await using cluster = await startCluster({ plugins: [pages] });
    const { client } = cluster;
    const key = { name: 'hello', namespace: 'default' };
    const page = await client.create(Page, { metadata: key, spec: { text: 'Hello' } });
    const map = await cluster.eventually(async () => {
      const { status } = await client.get(Page, key);
      return client.get(ConfigMap, { name: status?.configMap ?? '', namespace: 'default' });
    });
    expect([map.data, map.metadata.ownerReferences?.[0]?.uid]).toEqual([{ 'index.html': 'Hello' }, page.metadata.uid]);
    await client.patch(Page, key, { type: 'merge', body: { spec: { text: 'Bye' } } });
    await cluster.eventually(async () => {
      const { data } = await client.get(ConfigMap, { name: map.metadata.name, namespace: 'default' });
      expect(data).toEqual({ 'index.html': 'Bye' });
    });
    await expect(
      client.create(Page, { metadata: { name: 'x', namespace: 'default' }, spec: {} as never }),
    ).rejects.toThrow('spec.text: Required value');
  });
});

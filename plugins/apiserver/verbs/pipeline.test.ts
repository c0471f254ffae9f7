import { describe, expect, it } from 'vitest';
import { defineResource } from '../../../src/api/resource.ts';
import { must } from '../../../src/base/must.ts';
import { int32, object, string } from '../../../src/schema/schema.ts';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { Namespace } from '../../kinds/core/v1/namespace.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { testApi } from '../testing/test-api.ts';

describe('the verb pipeline in process', () => {
  it('creates, reads, updates and deletes', async () => {
    const { admin } = await testApi();
    const made = await admin.create(ConfigMap, { metadata: { name: 'a', namespace: 'default' }, data: { x: '1' } });
    expect(made).toMatchObject({ kind: 'ConfigMap', apiVersion: 'v1', data: { x: '1' } });
    expect(made.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(await admin.get(ConfigMap, { name: 'a', namespace: 'default' })).toEqual(made);
    const updated = await admin.update(ConfigMap, { ...made, data: { x: '2' } });
    expect(Number(updated.metadata.resourceVersion)).toBeGreaterThan(Number(made.metadata.resourceVersion));
    await expect(admin.update(ConfigMap, { ...made, data: { x: '3' } })).rejects.toMatchObject({ reason: 'Conflict' });
    expect(await admin.update(ConfigMap, updated)).toBe(updated);
    await admin.delete(ConfigMap, { name: 'a', namespace: 'default' });
    await expect(admin.get(ConfigMap, { name: 'a', namespace: 'default' })).rejects.toThrow('configmaps "a" not found');
  });

  it('does not judge again what stays as it was taken', async () => {
    const { admin, api } = await testApi();
    const key = { name: 'old', namespace: 'default' };
    await admin.create(Pod, { metadata: key, spec: { containers: [{ name: 'a', image: 'i' }] } });
    const { revision, object } = must(await api.objects.get(Pod, key), 'it was made');
    const wrong = { ...object, spec: { ...must(await admin.get(Pod, key), 'it is there').spec, hostname: 'A_b' } };
    await api.objects.put(Pod, wrong, revision);
    const patch = (body: object, on: { readonly subresource?: 'status' } = {}) =>
      admin.patch(Pod, key, { type: 'merge', body }, on);
    expect(await patch({ metadata: { labels: { a: 'b' } } })).toMatchObject({ metadata: { labels: { a: 'b' } } });
    expect(await patch({ status: { phase: 'Running' } }, { subresource: 'status' })).toMatchObject({
      status: { phase: 'Running' },
    });
    await expect(patch({ spec: { activeDeadlineSeconds: 5 } })).rejects.toThrow('spec.hostname: Invalid value');
  });

  it('settles what was stored by an earlier schema of a kind, or by none', async () => {
    const { admin, api } = await testApi();
    const names = { group: '', version: 'v1', kind: 'Toy', plural: 'toys', openapiName: 'Toy' } as const;
    const definition = { ...names, scope: 'Cluster', columns: [] } as const;
    const shape = object({ size: int32().optional() });
    const later = object({ size: int32().optional(), color: string().default('red') });
    const Toy = defineResource({ ...definition, fields: { shape: shape.optional() } });
    const LaterToy = defineResource({ ...definition, fields: { shape: later.optional() } });
    const label = { type: 'merge', body: { metadata: { labels: { a: 'b' } } } } as const;
    await admin.create(Toy, { metadata: { name: 'old' }, shape: { size: 1 } });
    expect(await admin.patch(LaterToy, { name: 'old' }, label)).toMatchObject({ shape: { size: 1, color: 'red' } });
    const made = await admin.create(LaterToy, { metadata: { name: 'raw' } });
    const raw = { ...made, shape: { size: 2 } } as typeof made;
    await api.objects.put(LaterToy, raw, Number(made.metadata.resourceVersion));
    expect(await admin.patch(LaterToy, { name: 'raw' }, label)).toMatchObject({ shape: { size: 2, color: 'red' } });
  });

  it('tells watchers in order, and selectors decide what they see', async () => {
    const { admin } = await testApi();
    const over = new AbortController();
    const seen: string[] = [];
    const watching = (async () => {
      const options = { labelSelector: 'tier=front', signal: over.signal };
      for await (const event of admin.watch(ConfigMap, options)) {
        seen.push(`${event.type} ${'name' in event.object.metadata ? event.object.metadata.name : ''}`);
        if (seen.length === 3) return;
      }
    })();
    const metadata = { name: 'a', namespace: 'default', labels: { tier: 'front' } };
    const made = await admin.create(ConfigMap, { metadata });
    await admin.create(ConfigMap, { metadata: { name: 'b', namespace: 'default' } });
    const changed = await admin.update(ConfigMap, { ...made, data: { a: 'b' } });
    await admin.patch(
      ConfigMap,
      { name: 'a', namespace: 'default' },
      { type: 'merge', body: { metadata: { labels: { tier: 'back' } } } },
    );
    await watching;
    over.abort();
    expect(changed.data).toEqual({ a: 'b' });
    expect(seen).toEqual(['ADDED a', 'MODIFIED a', 'DELETED a']);
  });

  it('forbids what nobody allows', async () => {
    const { clients } = await testApi();
    const nobody = clients.as({ name: 'jane', groups: ['system:authenticated'] });
    await expect(nobody.list(ConfigMap, { namespace: 'default' })).rejects.toThrow(
      'configmaps is forbidden: User "jane" cannot list resource "configmaps" in API group "" in the namespace "default"',
    );
  });

  it('lists in pages of one revision', async () => {
    const { admin } = await testApi();
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      await admin.create(ConfigMap, { metadata: { name, namespace: 'default' } });
    const first = await admin.list(ConfigMap, { limit: 2 });
    expect(first).toMatchObject({ remainingItemCount: 3 });
    await admin.delete(ConfigMap, { name: 'e', namespace: 'default' });
    const second = await admin.list(ConfigMap, { limit: 3, continue: first.continue ?? '' });
    expect(second.items.map(item => item.metadata.name)).toEqual(['c', 'd', 'e']);
    expect(second.resourceVersion).toBe(first.resourceVersion);
    expect(second.continue).toBeUndefined();
  });

  it('creates nothing in a namespace that is absent or terminating', async () => {
    const { admin } = await testApi();
    const metadata = { name: 'a', namespace: 'gone' };
    await expect(admin.create(ConfigMap, { metadata })).rejects.toThrow('namespaces "gone" not found');
    await admin.create(Namespace, { metadata: { name: 'gone', finalizers: ['tiphys.dev/hold'] } });
    await admin.delete(Namespace, { name: 'gone' });
    await expect(admin.create(ConfigMap, { metadata })).rejects.toThrow(
      'configmaps "a" is forbidden: unable to create new content in namespace gone because it is being terminated',
    );
  });
});

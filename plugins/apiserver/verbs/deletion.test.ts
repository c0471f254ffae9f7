import { describe, expect, it, vi } from 'vitest';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import { manualWorld } from '../../../src/sdk/testing/manual-world.ts';
import { StoreError } from '../../../src/store/store.ts';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { Namespace } from '../../kinds/core/v1/namespace.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { ReplicationController } from '../../kinds/core/v1/replication-controller.ts';
import { testApi } from '../testing/test-api.ts';
import { markDeleted } from './delete.ts';

const NOW = Date.UTC(2026, 0, 1);
const LATER = '2026-01-01T00:00:30Z';
const pod = (metadata: object, placed: object = { nodeName: 'n' }): AnyObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', ...metadata },
    spec: { ...placed, terminationGracePeriodSeconds: 30 },
    status: { phase: 'Running' },
  }) as unknown as AnyObject;

describe('what a delete makes of an object', () => {
  it.each([
    ['runs its grace period', {}, {}, { deletionTimestamp: LATER, deletionGracePeriodSeconds: 30 }],
    ['is removed by force', {}, { gracePeriodSeconds: 0 }, undefined],
    [
      'is held by a finalizer even by force',
      { finalizers: ['a/b'] },
      { gracePeriodSeconds: 0 },
      { deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 0, finalizers: ['a/b'] },
    ],
    [
      'keeps its time when asked again',
      { deletionTimestamp: LATER, deletionGracePeriodSeconds: 30 },
      {},
      { deletionTimestamp: LATER, deletionGracePeriodSeconds: 30 },
    ],
    [
      'goes sooner when asked to',
      { deletionTimestamp: LATER, deletionGracePeriodSeconds: 30 },
      { gracePeriodSeconds: 5 },
      { deletionTimestamp: '2026-01-01T00:00:05Z', deletionGracePeriodSeconds: 5 },
    ],
    [
      'never goes later',
      { deletionTimestamp: LATER, deletionGracePeriodSeconds: 30 },
      { gracePeriodSeconds: 90 },
      { deletionTimestamp: LATER, deletionGracePeriodSeconds: 30 },
    ],
    [
      'is removed at the end of its grace',
      { deletionTimestamp: LATER, deletionGracePeriodSeconds: 30 },
      { gracePeriodSeconds: 0 },
      undefined,
    ],
    [
      'waits for its dependents',
      {},
      { gracePeriodSeconds: 0, propagationPolicy: 'Foreground' },
      { finalizers: ['foregroundDeletion'] },
    ],
    ['lets its dependents go', {}, { gracePeriodSeconds: 0, propagationPolicy: 'Orphan' }, { finalizers: ['orphan'] }],
    [
      'changes its mind',
      { finalizers: ['orphan'] },
      { gracePeriodSeconds: 0, propagationPolicy: 'Background' },
      undefined,
    ],
  ] as const)('%s', (_title, metadata, options, expected) => {
    const marked = markDeleted(Pod, pod(metadata), options, NOW);
    if (expected === undefined) expect(marked).toBeUndefined();
    else expect(marked?.metadata).toMatchObject(expected);
  });

  it('leaves what a replication controller owns, unless told otherwise', () => {
    const made = (options: object, finalizers: readonly string[] = []) =>
      markDeleted(ReplicationController, pod({ finalizers }), options, NOW)?.metadata.finalizers;
    expect(made({})).toEqual(['orphan']);
    expect(made({ propagationPolicy: 'Background' })).toBeUndefined();
    expect(made({}, ['foregroundDeletion'])).toEqual(['foregroundDeletion']);
  });

  it('takes a pod without a node away at once', () => {
    expect(markDeleted(Pod, pod({}, {}), {}, NOW)).toBeUndefined();
  });
});

describe('deletion through the API', () => {
  const key = { name: 'a', namespace: 'default' };

  it('removes an object with its last finalizer, and lets none be added meanwhile', async () => {
    const { admin } = await testApi();
    await admin.create(ConfigMap, { metadata: { ...key, finalizers: ['tiphys.dev/hold'] } });
    await admin.delete(ConfigMap, key);
    const held = await admin.get(ConfigMap, key);
    expect(held.metadata.deletionTimestamp).toBeDefined();
    const finalizers = (list: readonly string[]) =>
      admin.patch(ConfigMap, key, { type: 'merge', body: { metadata: { finalizers: list } } });
    await expect(finalizers(['tiphys.dev/hold', 'tiphys.dev/more'])).rejects.toThrow(
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"tiphys.dev/more"}',
    );
    await finalizers([]);
    await expect(admin.get(ConfigMap, key)).rejects.toMatchObject({ reason: 'NotFound' });
  });

  it('tells watches of a pod without grace that it was being deleted, and without space removes it all the same', async () => {
    const { admin, api } = await testApi();
    const spec = { containers: [{ name: 'c', image: 'i' }] };
    const seen = async (name: string): Promise<readonly unknown[]> => {
      const after = (await admin.list(Pod)).resourceVersion;
      await admin.create(Pod, { metadata: { name, namespace: 'default' }, spec });
      const told: unknown[] = [];
      const watch = admin.watch(Pod, { resourceVersion: after, signal: AbortSignal.timeout(5_000) });
      await admin.delete(Pod, { name, namespace: 'default' });
      for await (const event of watch) {
        if (event.type === 'BOOKMARK') continue;
        told.push([event.type, typeof event.object.metadata.deletionTimestamp, event.object.metadata.generation]);
        if (event.type === 'DELETED') break;
      }
      return told;
    };
    expect(await seen('a')).toEqual([
      ['ADDED', 'undefined', 1],
      ['MODIFIED', 'string', 2],
      ['DELETED', 'string', 2],
    ]);
    const { store } = api.objects;
    const transact = store.transact.bind(store);
    vi.spyOn(store, 'transact').mockImplementation(transaction =>
      transaction.writes.some(write => 'put' in write) && transaction.guards.some(({ modRevision }) => modRevision > 0)
        ? Promise.reject(new StoreError('Full', 'the store is full'))
        : transact(transaction),
    );
    expect(await seen('b')).toEqual([
      ['ADDED', 'undefined', 1],
      ['DELETED', 'undefined', 1],
    ]);
  });

  it('keeps a namespace until its content is gone and finalize says so', async () => {
    const { admin } = await testApi();
    await admin.create(Namespace, { metadata: { name: 'team' } });
    await admin.delete(Namespace, { name: 'team' });
    const ending = await admin.get(Namespace, { name: 'team' });
    expect(ending).toMatchObject({ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Terminating' } });
    const patch = { type: 'merge', body: { spec: { finalizers: [] } } } as const;
    await admin.patch(Namespace, { name: 'team' }, patch, { subresource: 'finalize' });
    await expect(admin.get(Namespace, { name: 'team' })).rejects.toMatchObject({ reason: 'NotFound' });
  });

  it('deletes what a selector names', async () => {
    const { admin } = await testApi();
    for (const name of ['a', 'b', 'c']) {
      await admin.create(ConfigMap, {
        metadata: { name, namespace: 'default', labels: { keep: String(name === 'b') } },
      });
    }
    await admin.deleteCollection(ConfigMap, { namespace: 'default', labelSelector: 'keep=false' });
    expect((await admin.list(ConfigMap)).items.map(({ metadata }) => metadata.name)).toEqual(['b']);
  });
});

describe('revisions', () => {
  it('answers an expired page with a token that goes on', async () => {
    const { admin, api } = await testApi();
    for (const name of ['a', 'b', 'c']) await admin.create(ConfigMap, { metadata: { name, namespace: 'default' } });
    const first = await admin.list(ConfigMap, { limit: 1 });
    await admin.create(ConfigMap, { metadata: { name: 'd', namespace: 'default' } });
    await api.objects.store.compact(api.objects.store.committed);
    const expired = await admin
      .list(ConfigMap, { limit: 1, continue: first.continue ?? '' })
      .catch((error: unknown) => error);
    expect(expired).toMatchObject({ status: { code: 410, reason: 'Expired' } });
    const token = (expired as { readonly status: { readonly metadata: { readonly continue: string } } }).status.metadata
      .continue;
    const rest = await admin.list(ConfigMap, { continue: token });
    expect(rest.items.map(({ metadata }) => metadata.name)).toEqual(['b', 'c', 'd']);
    await expect(admin.list(ConfigMap, { resourceVersion: '1', resourceVersionMatch: 'Exact' })).rejects.toMatchObject({
      reason: 'Expired',
    });
  });

  it('waits for a revision that is not there yet, then tells the client to try again', async () => {
    const world = manualWorld();
    const { admin, api } = await testApi({}, world);
    const future = api.objects.store.committed + 1;
    const reading = admin.list(ConfigMap, { resourceVersion: String(future) });
    await admin.create(ConfigMap, { metadata: { name: 'a', namespace: 'default' } });
    expect((await reading).items).toHaveLength(1);
    const tooFar = admin.get(ConfigMap, { name: 'a', namespace: 'default' }, { resourceVersion: '999999' });
    const judged = expect(tooFar).rejects.toMatchObject({
      status: { code: 504, details: { causes: [{ reason: 'ResourceVersionTooLarge' }], retryAfterSeconds: 1 } },
    });
    await world.advance(3000);
    await judged;
  });
});

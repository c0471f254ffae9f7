import { expect, it } from 'vitest';
import { hostWorld } from '../kernel/host-world.ts';
import { createMemoryStore } from './memory-store.ts';

it('creates, guards, lists at old revisions and watches', async () => {
  await using store = createMemoryStore(hostWorld());
  const put = (key: string, text: string, modRevision: number) =>
    store.transact({ guards: [{ key, modRevision }], writes: [{ put: key, value: () => Buffer.from(text) }] });
  const watched = Array.fromAsync(store.watch('/a/', { after: 1, signal: AbortSignal.timeout(50) }));
  expect(await put('/a/1', 'one', 0)).toEqual({ ok: true, revision: 2 });
  expect(await put('/a/1', 'two', 0)).toMatchObject({ ok: false, current: [{ key: '/a/1', modRevision: 2 }] });
  expect(await put('/a/1', 'two', 2)).toEqual({ ok: true, revision: 3 });
  expect((await store.list('/a/', { revision: 2 })).entries[0]?.value.toString()).toBe('one');
  expect((await watched).map(({ revision }) => revision)).toEqual([2, 3]);
});

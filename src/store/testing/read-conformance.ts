import { expect, it } from 'vitest';
import type { Range } from '../store.ts';
import { trial, type OpenStore } from './trial.ts';

const keysOf = ({ entries }: Range): readonly string[] => entries.map(({ key }) => key);

export function describeReadConformance(open: OpenStore): void {
  it('lists a prefix in byte order and nothing beside it', async () => {
    await using t = await trial(open);
    const keys = ['/pods/b/1', '/pods/a/1', '/podsx', '/pods/a/\u{1f600}', '/pods/a/\u{ff5e}', '/pod', '/q'];
    for (const key of keys) await t.put(key, 'x');
    expect(keysOf(await t.store.list('/pods/'))).toEqual([
      '/pods/a/1',
      '/pods/a/\u{ff5e}',
      '/pods/a/\u{1f600}',
      '/pods/b/1',
    ]);
    expect(await t.store.count('/pods/')).toBe(4);
    expect(await t.store.count('/none')).toBe(0);
    expect(await t.store.count('')).toBe(7);
  });

  it('pages a list at the revision of its first page, whatever is written meanwhile', async () => {
    await using t = await trial(open);
    for (const name of ['a', 'b', 'c', 'd', 'e']) await t.put(`/${name}`, 'old');
    const first = await t.store.list('/', { limit: 2 });
    expect([keysOf(first), first.revision, first.remaining]).toEqual([['/a', '/b'], 6, 3]);
    await t.remove('/c');
    await t.put('/d', 'new');
    await t.put('/bb', 'new');
    const second = await t.store.list('/', { limit: 2, after: '/b', revision: 6 });
    expect([keysOf(second), second.revision, second.remaining]).toEqual([['/c', '/d'], 6, 1]);
    expect(second.entries[1]?.value.toString()).toBe('old');
    const last = await t.store.list('/', { limit: 2, after: '/d', revision: 6 });
    expect([keysOf(last), last.remaining]).toEqual([['/e'], 0]);
    const inconsistent = await t.store.list('/', { limit: 9, after: '/b' });
    expect([keysOf(inconsistent), inconsistent.revision]).toEqual([['/bb', '/d', '/e'], 9]);
    expect((await t.store.list('/', { limit: 2, after: '/e' })).entries).toEqual([]);
  });

  it('reads any revision within its history, and says which are not', async () => {
    await using t = await trial(open);
    for (let n = 2; n <= 300; n++) await t.put(`/${n % 7}`, String(n));
    for (const revision of [0, 1, 2, 3, 8, 9, 128, 129, 130, 257, 299, 300]) {
      const expected = Array.from({ length: Math.max(0, Math.min(7, revision - 1)) }, (_, n) => revision - n);
      const texts = expected.map(n => `/${n % 7}=${n}`).sort();
      expect(await t.texts('/', revision)).toEqual(texts);
    }
    await expect(t.store.list('/', { revision: 301 })).rejects.toMatchObject({ code: 'FutureRevision' });
    await expect(t.store.get('/1', { revision: 301 })).rejects.toMatchObject({ code: 'FutureRevision' });
    expect((await t.store.get('/3', { revision: 4 })).entry?.value.toString()).toBe('3');
  });

  it('forgets what is compacted, and only that', async () => {
    await using t = await trial(open);
    for (const text of ['one', 'two', 'three']) await t.put('/a', text);
    await t.remove('/a');
    await t.put('/b', 'b');
    await t.store.compact(3);
    expect(t.store.compacted).toBe(3);
    await expect(t.store.list('/', { revision: 2 })).rejects.toMatchObject({ code: 'Compacted' });
    await expect(t.store.get('/a', { revision: 2 })).rejects.toMatchObject({ code: 'Compacted' });
    expect(await t.texts('/', 3)).toEqual(['/a=two']);
    expect(await t.texts('/', 4)).toEqual(['/a=three']);
    expect(await t.texts('/', 5)).toEqual([]);
    await t.store.compact(6);
    expect(await t.texts('/')).toEqual(['/b=b']);
    await expect(t.store.compact(5)).rejects.toMatchObject({ code: 'Compacted' });
    await expect(t.store.compact(7)).rejects.toMatchObject({ code: 'FutureRevision' });
    expect(await t.put('/a', 'again', 0)).toEqual({ ok: true, revision: 7 });
  });

  it('compacts by itself what is older than its limits', async () => {
    await using t = await trial(open, { historyMs: 1_000 });
    await t.put('/a', 'one');
    await t.world.advance(900);
    expect(t.store.compacted).toBe(0);
    await t.put('/a', 'two');
    await t.world.advance(1_200);
    expect(t.store.compacted).toBeGreaterThanOrEqual(2);
    await t.world.advance(2_000);
    expect(t.store.compacted).toBe(3);
    expect(await t.texts('/')).toEqual(['/a=two']);
  });

  it('keeps no more history than it may', async () => {
    await using t = await trial(open, { historyRevisions: 16 });
    for (let n = 0; n < 40; n++) await t.put('/a', String(n));
    expect(t.store.committed - t.store.compacted).toBeLessThanOrEqual(16);
    expect(t.store.committed - t.store.compacted).toBeGreaterThanOrEqual(14);
    await using small = await trial(open, { historyBytes: 20_000 });
    for (let n = 0; n < 40; n++) await small.put('/a', 'x'.repeat(1_500));
    expect(small.store.committed - small.store.compacted).toBeLessThanOrEqual(10);
  });
}

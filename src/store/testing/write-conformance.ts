import { expect, it } from 'vitest';
import { StoreError } from '../store.ts';
import { putOf, take, trial, type OpenStore } from './trial.ts';

export function describeWriteConformance(open: OpenStore): void {
  it('starts at revision 1, since clients read 0 as "any"', async () => {
    await using t = await trial(open);
    expect([t.store.committed, t.store.compacted]).toEqual([1, 0]);
    expect(await t.store.list('/')).toEqual({ entries: [], revision: 1, remaining: 0 });
  });

  it('creates a key once', async () => {
    await using t = await trial(open);
    expect(await t.put('/a', 'one', 0)).toEqual({ ok: true, revision: 2 });
    const second = await t.put('/a', 'two', 0);
    const entry = { key: '/a', value: Buffer.from('one'), createRevision: 2, modRevision: 2 };
    expect(second).toEqual({ ok: false, revision: 2, current: [entry] });
    expect(await t.store.get('/a')).toEqual({ entry, revision: 2 });
  });

  it('updates and deletes only the version that was named', async () => {
    await using t = await trial(open);
    await t.put('/a', 'one', 0);
    expect(await t.put('/a', 'two', 2)).toEqual({ ok: true, revision: 3 });
    expect(await t.put('/a', 'stale', 2)).toMatchObject({
      ok: false,
      current: [{ modRevision: 3, createRevision: 2 }],
    });
    expect(await t.remove('/a', 2)).toMatchObject({ ok: false });
    expect(await t.remove('/a', 3)).toEqual({ ok: true, revision: 4 });
    expect(await t.put('/a', 'late', 3)).toEqual({ ok: false, revision: 4, current: [undefined] });
    expect(await t.store.get('/a')).toEqual({ entry: undefined, revision: 4 });
  });

  it('gives a key that comes again a new creation', async () => {
    await using t = await trial(open);
    await t.put('/a', 'one');
    await t.remove('/a');
    await t.put('/a', 'two', 0);
    expect((await t.store.get('/a')).entry).toMatchObject({ createRevision: 4, modRevision: 4 });
  });

  it('writes all of a transaction at one revision, or nothing', async () => {
    await using t = await trial(open);
    await t.put('/old', 'x');
    const writes = [putOf('/b', 'b'), putOf('/a', 'a'), { delete: '/old' }];
    const guards = [
      { key: '/old', modRevision: 2 },
      { key: '/a', modRevision: 0 },
    ] as const;
    expect(await t.store.transact({ guards, writes })).toEqual({ ok: true, revision: 3 });
    expect((await t.store.list('/')).entries.map(({ modRevision }) => modRevision)).toEqual([3, 3]);
    const again = await t.store.transact({
      guards: [{ key: '/b', modRevision: 3 }, ...guards],
      writes: [putOf('/c', 'c')],
    });
    expect(again).toMatchObject({ ok: false, current: [{ key: '/b' }, undefined, { key: '/a' }] });
    expect(await t.texts('/')).toEqual(['/a=a', '/b=b']);
  });

  it('lets stored bytes carry their revision', async () => {
    await using t = await trial(open);
    const text = 'ü9: the revision is , they say';
    const value = Buffer.from(text);
    const revisionAt = Buffer.byteLength('ü9: the revision is ');
    await t.store.transact({ guards: [], writes: [{ put: '/a', value, revisionAt }] });
    for (let n = 0; n < 8; n++) await t.put('/other', 'x');
    const writes = [
      { put: '/b', value: Buffer.from('|'), revisionAt: 0 },
      { put: '/c', value: Buffer.from('|'), revisionAt: 1 },
    ];
    await t.store.transact({ guards: [], writes });
    const watch = t.store.watch('/', { after: 1, signal: AbortSignal.timeout(5_000) })[Symbol.asyncIterator]();
    const said = '/a=ü9: the revision is 2, they say';
    expect(await take(watch, 1)).toEqual([`2: +${said}`]);
    expect(await t.texts('/')).toEqual([said, '/b=11|', '/c=|11', '/other=x']);
    expect(value.toString()).toBe(text);
  });

  it('keeps its own bytes', async () => {
    await using t = await trial(open);
    const bytes = Buffer.from('mine');
    await t.store.transact({ guards: [], writes: [{ put: '/a', value: bytes }] });
    bytes.fill('!');
    expect(await t.texts('/')).toEqual(['/a=mine']);
  });

  it('makes no revision where nothing changes', async () => {
    await using t = await trial(open);
    await t.put('/a', 'one');
    expect(await t.remove('/absent')).toEqual({ ok: true, revision: 2 });
    expect(await t.store.transact({ guards: [{ key: '/a', modRevision: 2 }], writes: [] })).toEqual({
      ok: true,
      revision: 2,
    });
    expect(t.store.committed).toBe(2);
  });

  it('undoes a transaction one of whose values is too large', async () => {
    await using t = await trial(open, { valueBytes: 8 });
    const writes = [putOf('/a', 'a'), putOf('/c', '123456789')];
    const tooLarge = await t.store.transact({ guards: [], writes }).catch((error: unknown) => error);
    expect(tooLarge).toBeInstanceOf(StoreError);
    expect(tooLarge).toMatchObject({ code: 'ValueTooLarge', message: 'the value of /c has 9 bytes; 8 may be stored' });
    expect(await t.put('/d', '12345678')).toEqual({ ok: true, revision: 2 });
    expect(await t.texts('/')).toEqual(['/d=12345678']);
  });

  it('refuses a crowd that outruns the disk', async () => {
    await using t = await trial(open, { pendingTransactions: 5 });
    const results = await Promise.allSettled(Array.from({ length: 8 }, (_, n) => t.put(`/${n}`, 'x')));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect(results.at(-1)).toMatchObject({ reason: { code: 'Overrun' } });
  });

  it('counts as one counter under many writers, each revision given once', async () => {
    await using t = await trial(open);
    await t.put('/n', '0');
    const seen: number[] = [];
    const writer = async (): Promise<void> => {
      for (let added = 0; added < 5; ) {
        const { entry } = await t.store.get('/n');
        const next = Number(entry?.value.toString()) + 1;
        const result = await t.put('/n', String(next), entry?.modRevision ?? 0);
        if (!result.ok) continue;
        seen.push(result.revision);
        added++;
      }
    };
    await Promise.all(Array.from({ length: 6 }, writer));
    expect(await t.texts('/')).toEqual(['/n=30']);
    expect(new Set(seen).size).toBe(30);
  });

  it('deletes keys when their time is over, as ordinary changes', async () => {
    await using t = await trial(open);
    await t.store.transact({ guards: [], writes: [putOf('/a', 'a', 60), putOf('/b', 'b', 60), putOf('/c', 'c', 60)] });
    await t.put('/b', 'kept');
    await t.store.transact({ guards: [], writes: [putOf('/c', 'longer', 600)] });
    await t.world.advance(59_000);
    expect(await t.texts('/')).toHaveLength(3);
    await t.world.advance(4_000);
    const watch = t.store.watch('/', { after: 4, signal: AbortSignal.timeout(5_000) });
    for await (const { revision, changes } of watch) {
      expect([revision, changes.map(change => change.type === 'delete' && change.key)]).toEqual([5, ['/a']]);
      break;
    }
    expect(await t.texts('/')).toEqual(['/b=kept', '/c=longer']);
  });
}

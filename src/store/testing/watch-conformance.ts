import { describe, expect, it } from 'vitest';
import type { Revision, WatchBatch } from '../store.ts';
import { batchText, putOf, take, trial, type OpenStore, type Trial } from './trial.ts';

function iterate(t: Trial, prefix: string, after: Revision, progressMs?: number): AsyncIterator<WatchBatch> {
  const signal = AbortSignal.timeout(10_000);
  const progress = progressMs === undefined ? {} : { progressMs };
  return t.store.watch(prefix, { after, signal, ...progress })[Symbol.asyncIterator]();
}

export function describeWatchConformance(open: OpenStore): void {
  describeWhatIsTold(open);
  describeHowItEnds(open);
}

function describeWhatIsTold(open: OpenStore): void {
  describe('watch', () => {
    it('tells all from the beginning, with what was there before', async () => {
      await using t = await trial(open);
      await t.put('/a', 'one');
      await t.put('/a', 'two');
      await t.remove('/a');
      await t.put('/a', 'three');
      const expected = ['2: +/a=one', '3: ~/a=two(was one)', '4: -/a(was two)', '5: +/a=three'];
      expect(await take(iterate(t, '/', 0), 4)).toEqual(expected);
      expect(await take(iterate(t, '/', 3), 2)).toEqual(expected.slice(2));
    });

    it('tells a deletion at the revision it happened in', async () => {
      await using t = await trial(open);
      await t.put('/a', 'one');
      await t.remove('/a');
      for await (const { changes } of t.store.watch('/', { after: 2, signal: AbortSignal.timeout(5_000) })) {
        expect(changes).toMatchObject([{ type: 'delete', revision: 3, previous: { modRevision: 2 } }]);
        break;
      }
    });

    it('waits for what comes, and filters by prefix', async () => {
      await using t = await trial(open);
      const watch = iterate(t, '/a/', t.store.committed);
      const next = take(watch, 2);
      await t.put('/b/1', 'x');
      await t.put('/a/1', 'one');
      await t.put('/ab', 'x');
      await t.put('/a/2', 'two');
      expect(await next).toEqual(['3: +/a/1=one', '5: +/a/2=two']);
    });

    it('never splits a transaction, and cuts it to the prefix', async () => {
      await using t = await trial(open);
      const writes = [putOf('/a/1', 'x'), putOf('/b/1', 'x'), putOf('/a/2', 'x')];
      const all = take(iterate(t, '/', 1), 2);
      const some = take(iterate(t, '/a/', 1), 2);
      await t.store.transact({ guards: [], writes });
      await t.store.transact({ guards: [], writes: [{ delete: '/b/1' }, { delete: '/a/2' }] });
      expect(await all).toEqual(['2: +/a/1=x +/b/1=x +/a/2=x', '3: -/b/1(was x) -/a/2(was x)']);
      expect(await some).toEqual(['2: +/a/1=x +/a/2=x', '3: -/a/2(was x)']);
    });

    it('is ordered, unique and complete under many writers, also when resumed at every revision', async () => {
      await using t = await trial(open);
      const live = take(iterate(t, '/', 1), 60);
      const writer = async (name: string): Promise<void> => {
        for (let n = 0; n < 10; n++) await t.put(`/${name}`, `${name}${n}`);
      };
      await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(writer));
      const told = await live;
      expect(told.map(text => Number.parseInt(text, 10))).toEqual(Array.from({ length: 60 }, (_, n) => n + 2));
      for (const after of [1, 17, 33, 60]) {
        expect(await take(iterate(t, '/', after), 61 - after)).toEqual(told.slice(after - 1));
      }
    });

    it('shows nothing before it can be read', async () => {
      await using t = await trial(open);
      const watch = iterate(t, '/', 1);
      const writes = Promise.all(Array.from({ length: 20 }, (_, n) => t.put('/a', String(n))));
      for (let n = 0; n < 20; n++) {
        const { value } = await watch.next();
        expect(t.store.committed).toBeGreaterThanOrEqual(value.revision);
      }
      await writes;
    });

    it('tells how far it has come when nothing concerns it', async () => {
      await using t = await trial(open);
      const watch = iterate(t, '/a/', 1, 1_000);
      const first = watch.next();
      await t.put('/b/1', 'x');
      await t.world.advance(1_000);
      expect((await first).value).toEqual({ revision: 2, changes: [] });
      const second = watch.next();
      await t.put('/a/1', 'x');
      expect(batchText((await second).value)).toBe('3: +/a/1=x');
    });
  });
}

function describeHowItEnds(open: OpenStore): void {
  describe('a watch ends', () => {
    it('quietly when its signal aborts', async () => {
      await using t = await trial(open);
      const abort = new AbortController();
      const watch = t.store.watch('/', { after: 1, signal: abort.signal })[Symbol.asyncIterator]();
      const next = watch.next();
      abort.abort();
      expect(await next).toEqual({ done: true, value: undefined });
    });

    it('with Compacted where history does not reach back', async () => {
      await using t = await trial(open);
      for (const text of ['one', 'two', 'three']) await t.put('/a', text);
      await t.store.compact(3);
      await expect(iterate(t, '/', 2).next()).rejects.toMatchObject({ code: 'Compacted' });
      expect(await take(iterate(t, '/', 3), 1)).toEqual(['4: ~/a=three(was two)']);
    });

    it('with FutureRevision where history has not come to', async () => {
      await using t = await trial(open);
      await t.put('/a', 'one');
      await expect(iterate(t, '/', 3).next()).rejects.toMatchObject({ code: 'FutureRevision' });
    });

    it('with Overrun when its reader is too slow, and a reader that only waits is not', async () => {
      await using t = await trial(open, { historyRevisions: 16 });
      const slow = iterate(t, '/a', 1);
      const idle = iterate(t, '/b', 1);
      await t.put('/a', 'first');
      expect(await take(slow, 1)).toEqual(['2: +/a=first']);
      const next = take(idle, 1);
      for (let n = 0; n < 40; n++) await t.put('/a', String(n));
      await expect(slow.next()).rejects.toMatchObject({ code: 'Overrun' });
      await t.put('/b', 'b');
      expect(await next).toEqual(['43: +/b=b']);
      expect((await take(iterate(t, '/a', t.store.committed - 3), 1))[0]).toMatch(/^41: /);
    });
  });
}

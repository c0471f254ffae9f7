import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostWorld } from '../kernel/host-world.ts';
import { batchText, putOf, take, textOf } from './testing/trial.ts';
import { createMemoryStore } from './memory-store.ts';
import { MvccStore, type Driver } from './mvcc-store.ts';
import { NOTHING_RECOVERED } from './recovered.ts';
import { StoreError, type Store, type TransactionResult, type Write } from './store.ts';

/** A disk whose syncs end when the test says so. */
class SlowDisk implements Driver {
  readonly groups: number[] = [];
  #end: { readonly done: () => void; readonly failed: (error: unknown) => void } | undefined;

  defer(flush: () => void): void {
    queueMicrotask(flush);
  }
  write(commits: readonly unknown[]): Promise<void> {
    this.groups.push(commits.length);
    return new Promise((done, failed) => (this.#end = { done, failed }));
  }
  async sync(error?: unknown): Promise<void> {
    if (error === undefined) this.#end?.done();
    else this.#end?.failed(error);
    await settled();
  }
  forget(): void {
    this.groups.length += 0;
  }
  backup = (): Promise<void> => Promise.resolve();
  close = (): Promise<void> => Promise.resolve();
}
const settled = (): Promise<void> => new Promise(resolve => void setImmediate(resolve));

function slowStore(): { readonly disk: SlowDisk; readonly store: Store; readonly answers: string[]; send: Send } {
  const disk = new SlowDisk();
  const store = new MvccStore(hostWorld(), disk, NOTHING_RECOVERED);
  const answers: string[] = [];
  const note = (name: string, result: TransactionResult): void =>
    void answers.push(`${name} ${result.ok ? 'at' : 'conflicts at'} ${result.revision}`);
  const send: Send = (name, key, guard, write = putOf(key, name)) => {
    store.transact({ guards: guard === undefined ? [] : [{ key, modRevision: guard }], writes: [write] }).then(
      result => note(name, result),
      (error: unknown) => void answers.push(`${name} ${error instanceof StoreError ? error.code : String(error)}`),
    );
  };
  return { disk, store, answers, send };
}
type Send = (name: string, key: string, guard?: number, write?: Write) => void;

describe('visible means durable', () => {
  it('shows nothing of a transaction, and answers nobody, before the sync has ended', async () => {
    const { disk, store, answers, send } = slowStore();
    const watch = store.watch('/', { after: 1, signal: AbortSignal.timeout(5_000) })[Symbol.asyncIterator]();
    const told = take(watch, 1);
    send('first', '/a', 0);
    send('second', '/a', 0);
    await settled();
    expect([answers, store.committed, await store.count('/')]).toEqual([[], 1, 0]);
    await expect(store.list('/', { revision: 2 })).rejects.toMatchObject({ code: 'FutureRevision' });
    await disk.sync();
    expect(answers).toEqual(['first at 2', 'second conflicts at 2']);
    expect(await told).toEqual(['2: +/a=first']);
  });

  it('forms the next group meanwhile, and answers at once what rests on synced state only', async () => {
    const { disk, answers, send } = slowStore();
    send('a', '/a');
    await settled();
    await disk.sync();
    send('b', '/b');
    await settled();
    for (const name of ['c', 'd', 'e']) send(name, `/${name}`);
    send('stale', '/a', 1);
    send('absent', '/none', undefined, { delete: '/none' });
    await settled();
    expect([answers, disk.groups]).toEqual([
      ['a at 2', 'stale conflicts at 2'],
      [1, 1],
    ]);
    await disk.sync();
    await disk.sync();
    expect(disk.groups).toEqual([1, 1, 3]);
    expect(answers.slice(2)).toEqual(['b at 3', 'c at 4', 'd at 5', 'e at 6', 'absent at 6']);
  });

  it('answers a deletion of what was never synced only once that is settled', async () => {
    const { disk, store, answers, send } = slowStore();
    send('create', '/a');
    send('delete', '/a', undefined, { delete: '/a' });
    send('again', '/a', 0);
    await settled();
    await disk.sync();
    expect(answers).toEqual(['create at 2', 'delete at 3', 'again at 4']);
    const watch = store.watch('/', { after: 1, signal: AbortSignal.timeout(5_000) })[Symbol.asyncIterator]();
    expect(await take(watch, 3)).toEqual(['2: +/a=create', '3: -/a(was create)', '4: +/a=again']);
  });

  it('stops for good at the first failed sync', async () => {
    const { disk, store, answers, send } = slowStore();
    send('a', '/a');
    await settled();
    send('b', '/b');
    send('conflict', '/a', 9);
    await disk.sync(new Error('EIO'));
    send('c', '/c');
    await settled();
    expect(answers).toEqual(['a Failed', 'b Failed', 'conflict Failed', 'c Failed']);
    expect([store.committed, disk.groups]).toEqual([1, [1]]);
  });

  it('undoes what a full disk refused, never giving its revisions again', async () => {
    const { disk, store, answers, send } = slowStore();
    send('keep', '/keep');
    await settled();
    await disk.sync();
    send('a', '/a');
    send('gone', '/keep', 2, { delete: '/keep' });
    await settled();
    send('after-a', '/a', 3);
    await disk.sync(new StoreError('Full', 'no space'));
    send('refused', '/b');
    await settled();
    expect(answers).toEqual(['keep at 2', 'a Full', 'after-a Full', 'refused Full']);
    await disk.sync();
    expect(answers.at(-1)).toBe('gone at 6');
    expect([store.committed, await store.count('/')]).toEqual([6, 0]);
  });
});

interface Version {
  readonly text: string;
  readonly modRevision: number;
}

/** The store as one would first think of it: a whole map for every revision. */
class NaiveStore {
  readonly versions = new Map<number, ReadonlyMap<string, Version>>([[1, new Map()]]);
  readonly batches = new Map<number, string>();
  committed = 1;

  get now(): ReadonlyMap<string, Version> {
    return this.versions.get(this.committed) ?? new Map();
  }

  write(changes: readonly (readonly [key: string, text: string | undefined])[]): number {
    const [before, next] = [this.now, new Map(this.now)];
    const revision = this.committed + 1;
    const told = changes.flatMap(([key, text]) => {
      const previous = before.get(key);
      const was = previous === undefined ? '' : `(was ${previous.text})`;
      if (text !== undefined) next.set(key, { text, modRevision: revision });
      else if (!next.delete(key)) return [];
      return [text === undefined ? `-${key}${was}` : `${previous === undefined ? '+' : '~'}${key}=${text}${was}`];
    });
    if (told.length === 0) return this.committed;
    this.versions.set(revision, next);
    this.batches.set(revision, `${revision}: ${told.join(' ')}`);
    this.committed = revision;
    return revision;
  }

  texts(revision: number, prefix: string): readonly string[] {
    const all = [...(this.versions.get(revision) ?? [])].filter(([key]) => key.startsWith(prefix));
    return all.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, { text }]) => `${key}=${text}`);
  }
}

describe('against a naive model', () => {
  const key = fc.constantFrom('/a/1', '/a/2', '/a/3', '/ab', '/b/1', '/b/2', '/c');
  const write = fc.record({
    key,
    text: fc.option(fc.string({ maxLength: 4 }), { nil: undefined }),
    isGuarded: fc.boolean(),
  });
  const transaction = fc.uniqueArray(write, { selector: ({ key }) => key, minLength: 1, maxLength: 4 });
  const step = fc.record({ transaction, isStale: fc.boolean(), compactBack: fc.option(fc.nat(30), { freq: 12 }) });

  it('writes, lists, pages and watches the same at every revision', async () => {
    const steps = fc.array(step, { maxLength: 320, size: 'max' });
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(), async (steps, seed) => {
        const store = createMemoryStore(hostWorld());
        const model = new NaiveStore();
        for (const { transaction, isStale, compactBack } of steps) {
          const guarded = transaction.filter(({ isGuarded }) => isGuarded).map(({ key }) => key);
          const guards = guarded.map(key => ({
            key,
            modRevision: (model.now.get(key)?.modRevision ?? 0) + (isStale ? 1 : 0),
          }));
          const writes = transaction.map(
            ({ key, text }): Write => (text === undefined ? { delete: key } : putOf(key, text)),
          );
          const result = await store.transact({ guards, writes });
          if (isStale && guards.length > 0) expect(result).toMatchObject({ ok: false, revision: model.committed });
          else
            expect(result).toEqual({
              ok: true,
              revision: model.write(transaction.map(({ key, text }) => [key, text])),
            });
          if (compactBack !== null) await store.compact(Math.max(store.compacted, model.committed - compactBack));
        }
        await expectSame(store, model, seed);
      }),
      { numRuns: 25 },
    );
  });
});

async function expectSame(store: Store, model: NaiveStore, seed: number): Promise<void> {
  expect(store.committed).toBe(model.committed);
  const oldest = Math.max(1, store.compacted);
  const span = model.committed - oldest + 1;
  for (const revision of [oldest, model.committed, oldest + (seed % span), oldest + ((seed >> 8) % span)]) {
    for (const prefix of ['/', '/a', '/a/', '/b/']) {
      const paged: string[] = [];
      for (let after: string | undefined; ; ) {
        const page = await store.list(prefix, { revision, limit: 2, ...(after === undefined ? {} : { after }) });
        paged.push(...page.entries.map(textOf));
        after = page.entries.at(-1)?.key;
        if (page.remaining === 0) break;
      }
      expect(paged).toEqual(model.texts(revision, prefix));
    }
    const expected = [...model.batches].filter(([at]) => at > revision).map(([, text]) => text);
    const told: string[] = [];
    const abort = new AbortController();
    if (expected.length === 0) continue;
    for await (const batch of store.watch('/', { after: revision, signal: abort.signal })) {
      told.push(batchText(batch));
      if (batch.revision === model.committed) abort.abort();
    }
    expect(told).toEqual(expected);
  }
}

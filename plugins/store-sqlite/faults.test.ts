import Sqlite from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryPlace } from '../../src/base/testing/memory-place.ts';
import { scratchFolder } from '../../src/base/testing/scratch-folder.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { manualWorld } from '../../src/sdk/testing/manual-world.ts';
import { putOf, take, textOf } from '../../src/store/testing/trial.ts';
import type { Store, StoreError } from '../../src/store/store.ts';
import { openSqliteStore, type SqliteStoreOptions } from './sqlite-store.ts';
import { databasePathIn } from './store-folder.ts';

let folder = '';
beforeEach(async () => {
  folder = await scratchFolder(memoryPlace());
});

const open = (options: Partial<SqliteStoreOptions> = {}): Promise<Store & AsyncDisposable> =>
  openSqliteStore({ folder, world: hostWorld(), ...options });
const put = (store: Store, key: string, text = 'x') => store.transact({ guards: [], writes: [putOf(key, text)] });
const remove = (store: Store, key: string) => store.transact({ guards: [], writes: [{ delete: key }] });
const texts = async (store: Store): Promise<readonly string[]> => (await store.list('/')).entries.map(textOf);

/** Makes the store's own thread fail when it writes a row for which `condition` holds. */
function failWhen(condition: string): void {
  const database = new Sqlite(databasePathIn(folder));
  database.exec(`CREATE TRIGGER fault BEFORE INSERT ON changes WHEN ${condition}
    BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END`);
  database.close();
}
function mend(): void {
  const database = new Sqlite(databasePathIn(folder));
  database.exec('DROP TRIGGER fault');
  database.close();
}

describe('a write that fails', () => {
  it('is the last one: all that waits is refused, reads go on, watchers are told', async () => {
    const told: StoreError[] = [];
    await using store = await open({ onFailed: error => told.push(error) });
    await put(store, '/a', 'before');
    failWhen("NEW.key = '/poison'");
    const watch = store.watch('/', { after: 2, signal: AbortSignal.timeout(5_000) })[Symbol.asyncIterator]();
    const next = watch.next();
    const results = await Promise.allSettled(['/b', '/poison', '/c'].map(key => put(store, key)));
    const failed = { reason: { code: 'Failed', message: 'the store stopped: a write failed: disk I/O error' } };
    expect(results).toMatchObject([failed, failed, failed]);
    await expect(next).rejects.toMatchObject({ code: 'Failed' });
    await expect(remove(store, '/a')).rejects.toMatchObject({ code: 'Failed' });
    expect([await texts(store), store.committed, told.length]).toEqual([['/a=before'], 2, 1]);
  });

  it.each([1, 2, 4, 7, 11])('leaves what was acknowledged and nothing else, when it is row %d', async row => {
    const acked: string[] = [];
    {
      await using store = await open();
      await put(store, '/0');
      failWhen(`(SELECT count(*) FROM changes) > ${row}`);
      const scenario = async (): Promise<void> => {
        for (let n = 1; n < 12; n++) {
          await store.transact({ guards: [], writes: [putOf(`/${n}`, 'a'), putOf(`/${n}/twin`, 'a')] });
          acked.push(`/${n}=a`, `/${n}/twin=a`);
        }
      };
      await expect(scenario()).rejects.toMatchObject({ code: 'Failed' });
    }
    mend();
    await using store = await open();
    expect(new Set(await texts(store))).toEqual(new Set(['/0=x', ...acked]));
    expect(await put(store, '/next')).toEqual({ ok: true, revision: 3 + acked.length / 2 });
  });
});

describe('a full store', () => {
  const QUOTA = 1024 * 1024;
  const fill = async (store: Store): Promise<number> => {
    for (let n = 0; ; n++) {
      try {
        await put(store, `/fill/${n}`, 'x'.repeat(10_000));
      } catch (error) {
        expect(error).toMatchObject({ code: 'Full' });
        return n;
      }
    }
  };

  it('refuses puts, answers reads and takes deletes, and recovers without a restart', async () => {
    const world = manualWorld();
    await using store = await open({ world, quotaBytes: QUOTA });
    const count = await fill(store);
    expect(count).toBeGreaterThan(50);
    await expect(put(store, '/more')).rejects.toMatchObject({ code: 'Full' });
    expect(await store.count('/fill/')).toBe(count);
    const before = store.committed;
    for (let n = 0; n < 30; n++) expect(await remove(store, `/fill/${n}`)).toMatchObject({ ok: true });
    await store.compact(store.committed);
    await world.advance(1_000);
    const result = await put(store, '/more', 'y'.repeat(10_000));
    expect(result).toMatchObject({ ok: true });
    expect(result.revision).toBeGreaterThan(before + 30);
    expect(await store.count('/')).toBe(count - 30 + 1);
  });

  it('takes the deletes of a group whose puts it refuses, and hands out their revisions in order', async () => {
    await using store = await open({ quotaBytes: QUOTA });
    const count = await fill(store);
    await new Promise(resolve => void setTimeout(resolve, 1_000));
    const after = store.committed;
    const results = await Promise.allSettled([
      put(store, '/p', 'x'.repeat(50_000)),
      remove(store, '/fill/0'),
      remove(store, '/fill/1'),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    const watch = store.watch('/', { after, signal: AbortSignal.timeout(5_000) })[Symbol.asyncIterator]();
    expect((await take(watch, 2)).map(text => text.slice(text.indexOf(':'), text.indexOf('(')))).toEqual([
      ': -/fill/0',
      ': -/fill/1',
    ]);
    expect(await store.count('/')).toBe(count - 2);
  });
});

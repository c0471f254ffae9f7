import Sqlite from 'better-sqlite3';
import { beforeEach, expect, it } from 'vitest';
import { memoryPlace } from '../../src/base/testing/memory-place.ts';
import { scratchFolder } from '../../src/base/testing/scratch-folder.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { putOf, take, textOf } from '../../src/store/testing/trial.ts';
import type { Store } from '../../src/store/store.ts';
import { openMendingSqliteStore } from './mending-sqlite-store.ts';
import { databasePathIn } from './store-folder.ts';

let folder = '';
beforeEach(async () => {
  folder = await scratchFolder(memoryPlace());
});

const put = (store: Store, key: string, text = 'x') => store.transact({ guards: [], writes: [putOf(key, text)] });

function onDatabase(sql: string): void {
  const database = new Sqlite(databasePathIn(folder), { timeout: 10_000 });
  database.exec(sql);
  database.close();
}
const BREAK = `CREATE TRIGGER fault BEFORE INSERT ON changes WHEN NEW.key = '/poison'
  BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END`;

it('opens itself anew after a failed write, without its watches noticing', async () => {
  const mended = Promise.withResolvers<number>();
  const failures: string[] = [];
  await using store = await openMendingSqliteStore({
    folder,
    world: hostWorld(),
    onFailed: error => failures.push(error.message),
    onMended: revision => mended.resolve(revision),
  });
  const watch = store.watch('/', { after: 1, signal: AbortSignal.timeout(60_000) })[Symbol.asyncIterator]();
  await put(store, '/a', 'one');
  onDatabase(BREAK);
  await expect(put(store, '/poison')).rejects.toMatchObject({ code: 'Failed' });
  expect(store.failure).toMatchObject({ code: 'Failed' });
  await expect(put(store, '/b')).rejects.toMatchObject({ code: 'Failed' });
  expect((await store.list('/')).entries.map(textOf)).toEqual(['/a=one']);
  expect(await mended.promise).toBe(2);
  expect([store.failure, failures]).toEqual([undefined, ['the store stopped: a write failed: disk I/O error']]);
  await put(store, '/a', 'two');
  expect(await take(watch, 2)).toEqual(['2: +/a=one', '3: ~/a=two(was one)']);
}, 60_000);

it('keeps reading and writes nothing more when what the disk holds is damaged or older than what it promised', async () => {
  const told = Promise.withResolvers<unknown>();
  await using store = await openMendingSqliteStore({
    folder,
    world: hostWorld(),
    onUnmended: error => told.resolve(error),
  });
  await put(store, '/a', 'one');
  await put(store, '/b', 'two');
  onDatabase(`${BREAK}; DELETE FROM changes WHERE key = '/b'`);
  await expect(put(store, '/poison')).rejects.toMatchObject({ code: 'Failed' });
  expect(await told.promise).toMatchObject({
    code: 'Corrupt',
    message: expect.stringMatching(/^revision 3 was acknowledged, but what is kept is at 2\. .*snapshot restore/),
  });
  await expect(put(store, '/c')).rejects.toMatchObject({ code: 'Failed' });
  expect(await store.count('/')).toBe(2);
}, 60_000);

import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import Sqlite from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryPlace } from '../../src/base/testing/memory-place.ts';
import { scratchFolder } from '../../src/base/testing/scratch-folder.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { describeStoreConformance } from '../../src/store/testing/store-conformance.ts';
import { putOf } from '../../src/store/testing/trial.ts';
import type { Store } from '../../src/store/store.ts';
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

function withDatabase<T>(run: (database: Sqlite.Database) => T): T {
  const database = new Sqlite(databasePathIn(folder));
  try {
    return run(database);
  } finally {
    database.close();
  }
}

describeStoreConformance('the SQLite store', async (world, limits = {}) =>
  openSqliteStore({ folder: await scratchFolder(memoryPlace()), world, limits }),
);

describe('a folder', () => {
  it('belongs to one store at a time, and the other is told whose it is', async () => {
    await using _first = await open();
    const message = `${folder} is in use by another tiphys server (pid ${process.pid})`;
    await expect(open()).rejects.toMatchObject({ code: 'Locked', message });
  });

  it('is for its owner only', async () => {
    await using store = await open();
    await put(store, '/secret');
    expect((await stat(folder)).mode & 0o77).toBe(0);
  });

  it('keeps no superseded rows beyond the history, and nothing is written when nothing happens', async () => {
    await using store = await open();
    for (let n = 0; n < 30; n++) await put(store, `/${n % 3}`, String(n));
    await remove(store, '/2');
    await store.compact(store.committed);
    const count = (): unknown =>
      withDatabase(database => database.prepare('SELECT count(*) FROM changes').pluck().get());
    expect(count()).toBe(2);
    const before = await readFile(`${databasePathIn(folder)}-wal`);
    await store.compact(store.committed);
    await new Promise(resolve => void setTimeout(resolve, 30));
    expect((await readFile(`${databasePathIn(folder)}-wal`)).equals(before)).toBe(true);
  });

  it('is open to anyone with SQLite', async () => {
    await using store = await open();
    await put(store, '/a', 'one');
    await put(store, '/a', 'two');
    await put(store, '/b', 'gone');
    await remove(store, '/b');
    const objects = withDatabase(database => database.prepare('SELECT * FROM objects').all());
    expect(objects).toEqual([{ key: '/a', revision: 3, value: 'two' }]);
  });
});

describe('opened again, it', () => {
  it('holds the very bytes it was given, whatever they are and however many', async () => {
    const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const values = [every, Buffer.alloc(0), Buffer.from([0xff, 0, 0xc3]), Buffer.alloc(1_400_000, every), every];
    const writes = Array.from({ length: 600 }, (_, n) => ({
      put: `/${String(n).padStart(3, '0')}`,
      value: values[n % values.length] ?? every,
    })).filter((_, n) => n % 5 !== 3 || n < 10);
    {
      await using store = await open();
      await store.transact({ guards: [], writes });
      await remove(store, '/001');
      await store.transact({ guards: [], writes: [{ put: '/001', value: every }] });
    }
    await using store = await open();
    const { entries } = await store.list('/');
    expect(entries.map(({ key }) => key)).toEqual(writes.map(({ put: key }) => key));
    for (const [n, { key, value }] of entries.entries()) {
      expect([key, value.equals(key === '/001' ? every : (writes[n]?.value ?? every))]).toEqual([key, true]);
    }
  });

  it('tells every watch of the past the same changes, so that they are encoded once for all', async () => {
    {
      await using store = await open();
      await put(store, '/a', 'one');
      await put(store, '/b', 'x');
      await put(store, '/a', 'two');
    }
    await using store = await open();
    const told = async (prefix: string) => {
      for await (const { changes } of store.watch(prefix, { after: 3, signal: AbortSignal.timeout(5_000) }))
        return changes;
      return [];
    };
    const [[one], [other]] = [await told('/'), await told('/a')];
    expect(one).toMatchObject({ type: 'put', previous: { modRevision: 2 } });
    expect(other).toBe(one);
    expect(one?.type === 'put' && one.entry).toBe((await store.get('/a')).entry);
  });
});

describe('damage', () => {
  const fill = async (): Promise<void> => {
    await using store = await open();
    for (const name of ['a', 'b', 'c']) await put(store, `/registry/pods/${name}`, `{"spec":"of ${name}"}`);
    await put(store, '/registry/pods/a', 'again');
  };
  const wayBack = 'Go back to a snapshot with: tiphys snapshot restore FILE';

  it.each([
    ['value', "UPDATE changes SET value = CAST('{}' AS BLOB) WHERE key LIKE '%/b'"],
    ['value', "UPDATE changes SET value = NULL WHERE key LIKE '%/b'"],
    ['creation', "UPDATE changes SET created = 2 WHERE key LIKE '%/b'"],
    ['deadline', "UPDATE changes SET deadline = 1 WHERE key LIKE '%/b'"],
  ])('of a %s is found and named', async (_, sql) => {
    await fill();
    withDatabase(database => database.exec(sql));
    const message = `${databasePathIn(folder)}: the row of "/registry/pods/b" at revision 3 is damaged. ${wayBack}`;
    await expect(open()).rejects.toMatchObject({ code: 'Corrupt', message });
  });

  it('of a key or a place is found too', async () => {
    await fill();
    withDatabase(database => database.exec("UPDATE changes SET key = '/registry/pods/x' WHERE key LIKE '%/b'"));
    await expect(open()).rejects.toThrow('the row of "/registry/pods/x" at revision 3 is damaged');
    withDatabase(database => database.exec('UPDATE changes SET id = id + 1024 WHERE id > 5 << 10'));
    await expect(open()).rejects.toMatchObject({ code: 'Corrupt' });
  });

  it('of one bit in the file is found', async () => {
    await fill();
    const path = databasePathIn(folder);
    const bytes = await readFile(path);
    const at = bytes.indexOf('{"spec"') + 3;
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    await writeFile(path, bytes);
    await expect(open()).rejects.toThrow(/row of "\/registry\/pods\/\w" at revision \d is damaged/);
  });

  it('of the file as a whole is found', async () => {
    await fill();
    await truncate(databasePathIn(folder), 2 * 4096);
    await expect(open()).rejects.toMatchObject({ code: 'Corrupt' });
    await writeFile(databasePathIn(folder), 'not a database at all, but long enough to be looked at'.repeat(200));
    await expect(open()).rejects.toMatchObject({ code: 'Corrupt' });
  });

  it('by the loss of a row is found where history needs it', async () => {
    await fill();
    withDatabase(database => database.exec("DELETE FROM changes WHERE key LIKE '%/a' AND id < 3 << 10"));
    await expect(open()).rejects.toThrow('the database has lost a row of "/registry/pods/a" before revision 5');
  });

  it('of the meta data is found', async () => {
    await fill();
    withDatabase(database => database.exec('UPDATE meta SET compacted = 4'));
    await expect(open()).rejects.toThrow('its row of meta data is damaged');
  });

  it('by another program or a later version is refused', async () => {
    await fill();
    withDatabase(database => database.pragma('user_version = 2'));
    const newer = 'A newer version may read it, unless its head is damaged';
    await expect(open()).rejects.toThrow(`has format 2, this version of tiphys knows 1. ${newer}. ${wayBack}`);
    withDatabase(database => database.pragma('application_id = 1'));
    await expect(open()).rejects.toThrow(`is not a store of tiphys, or its head is damaged. ${wayBack}`);
  });
});

import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { beforeEach, expect, it } from 'vitest';
import { memoryPlace } from '../../src/base/testing/memory-place.ts';
import { scratchFolder } from '../../src/base/testing/scratch-folder.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { sayStoreIsElsewhere, sayStoreIsHere } from '../../src/store/store-elsewhere.ts';
import { putOf, textOf } from '../../src/store/testing/trial.ts';
import type { Store } from '../../src/store/store.ts';
import { addSnapshotCommand } from './cli.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { storeFolderIn } from './store-folder.ts';

let dataDir = '';
let file = '';
beforeEach(async () => {
  dataDir = await scratchFolder(memoryPlace());
  file = join(dataDir, 'saved.db');
});

const open = (): Promise<Store & AsyncDisposable> =>
  openSqliteStore({ folder: storeFolderIn(dataDir), world: hostWorld() });
const put = (store: Store, key: string, text: string) => store.transact({ guards: [], writes: [putOf(key, text)] });

async function tiphys(...args: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const program = new Command('tiphys').exitOverride();
  addSnapshotCommand(program, hostWorld(), line => void lines.push(line));
  await program.parseAsync(['node', 'tiphys', 'snapshot', ...args, '--data-dir', dataDir]);
  return lines;
}

it('saves a live store under writes, and restores it where a server was stopped', async () => {
  {
    await using store = await open();
    await put(store, '/a', 'before');
    await put(store, '/gone', 'x');
    await store.transact({ guards: [], writes: [{ delete: '/gone' }] });
    const saved = new AbortController();
    const busy = (async () => {
      while (!saved.signal.aborted) await put(store, '/busy', 'x'.repeat(2_000));
    })();
    const [line] = await tiphys('save', file);
    saved.abort();
    await busy;
    expect(line).toMatch(/^saved [12] objects at revision \d+ to .*saved\.db, every row verified$/);
    await put(store, '/a', 'after');
    await expect(tiphys('restore', file)).rejects.toMatchObject({ code: 'Locked' });
  }
  const [kept, restored] = await tiphys('restore', file);
  expect(kept).toMatch(/^kept what was there in .*\/server\/db\/replaced-\d{4}-/);
  expect(restored).toMatch(/^restored [12] objects; revisions go on at 10000\d+$/);
  await using store = await open();
  const texts = (await store.list('/a')).entries.map(textOf);
  expect(texts).toEqual(['/a=before']);
  expect(store.committed).toBe(store.compacted);
  const watch = store.watch('/', { after: 5, signal: AbortSignal.timeout(5_000) })[Symbol.asyncIterator]();
  await expect(watch.next()).rejects.toMatchObject({ code: 'Compacted' });
  const folder = storeFolderIn(dataDir);
  const aside = (await readdir(folder)).find(name => name.startsWith('replaced-')) ?? '';
  expect(await readdir(join(folder, aside))).toContain('store.db');
});

it('can be asked of the store itself', async () => {
  await using store = await open();
  await put(store, '/a', 'x');
  await store.backup(file);
  expect(await tiphys('restore', file).catch((error: unknown) => error)).toMatchObject({ code: 'Locked' });
  await expect(store.backup(join(dataDir, 'no', 'such', 'folder'))).rejects.toThrow('directory does not exist');
});

it('refuses a damaged snapshot and leaves everything as it was', async () => {
  {
    await using store = await open();
    await put(store, '/a', '{"kind":"Pod"}');
    await store.backup(file);
  }
  const bytes = await readFile(file);
  const at = bytes.indexOf('"Pod"') + 1;
  bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at);
  await writeFile(file, bytes);
  await expect(tiphys('restore', file)).rejects.toThrow('the row of "/a" at revision 2 is damaged');
  await using store = await open();
  expect((await store.list('/')).entries.map(textOf)).toEqual(['/a={"kind":"Pod"}']);
});

it('says what to use where the objects are in etcd', async () => {
  const { files } = hostWorld();
  await sayStoreIsElsewhere(files, dataDir, ['http://a:2379', 'http://b:2379']);
  await expect(tiphys('save', file)).rejects.toThrow(
    `the objects of this server are in etcd at http://a:2379,http://b:2379; use: etcdctl --endpoints=ONE snapshot save ${file}`,
  );
  await expect(tiphys('restore', file)).rejects.toThrow('use: etcdctl snapshot restore');
  await (await open())[Symbol.asyncDispose]();
  await sayStoreIsHere(files, dataDir);
  expect(await tiphys('save', file)).toHaveLength(1);
});

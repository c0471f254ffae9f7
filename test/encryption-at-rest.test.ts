import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import encryption from '../plugins/encryption/plugin.ts';
import { ConfigMap } from '../plugins/kinds/core/v1/config-map.ts';
import { Secret } from '../plugins/kinds/core/v1/secret.ts';
import plainStore from '../plugins/store-sqlite/plugin.ts';
import sealedStore from '../plugins/store-sqlite/sealed-plugin.ts';
import { restoreSnapshot, saveSnapshot } from '../plugins/store-sqlite/snapshot.ts';
import { databasePathIn, storeFolderIn } from '../plugins/store-sqlite/store-folder.ts';
import type { ObjectOf } from '../src/api/resource.ts';
import { memoryPlace } from '../src/base/testing/memory-place.ts';
import { scratchFolder } from '../src/base/testing/scratch-folder.ts';
import { startCluster, type TestCluster } from '../src/sdk/testing/cluster.ts';
import { store } from '../src/store/store.ts';

const keyed = (name: string, byte = name) => ({
  keys: [{ name, secret: Buffer.from(byte.padEnd(32, '.')).toString('base64') }],
});
const aescbc = (name: string) => ({ aescbc: keyed(name) });
const identity = { identity: {} };
interface List {
  readonly resources: readonly string[];
  readonly providers: readonly object[];
}
const secrets = (...providers: readonly object[]): List => ({ resources: ['secrets'], providers });
const written = (...resources: readonly List[]): string =>
  JSON.stringify({ apiVersion: 'apiserver.config.k8s.io/v1', kind: 'EncryptionConfiguration', resources });

let dataDir: string;
let file: string;
beforeEach(async () => {
  dataDir = await scratchFolder(memoryPlace());
  file = join(dataDir, 'encryption.json');
});

/** A control plane over a database; without lists nothing is encrypted. */
async function start(lists?: readonly List[], more: object = {}): Promise<TestCluster> {
  if (lists !== undefined) await writeFile(file, written(...lists));
  return startCluster({
    plugins: lists === undefined ? [plainStore] : [encryption, sealedStore],
    without: ['store-memory', 'controllers', 'scheduler'],
    settings: { dataDir, encryptionProviderConfig: file, ...more },
  });
}

const PLAIN = 'a-password-that-nobody-reads';
const secret = (name: string, text = PLAIN) => ({
  metadata: { name, namespace: 'default' },
  data: { password: Buffer.from(text).toString('base64') },
});
const at = (name: string) => ({ namespace: 'default', name });
const make = (cluster: TestCluster, name: string) => cluster.client.create(Secret, secret(name));
const textOf = ({ data }: ObjectOf<typeof Secret>): string =>
  Buffer.from(data?.['password'] ?? '', 'base64').toString();
const read = async (cluster: TestCluster, name: string): Promise<string> =>
  textOf(await cluster.client.get(Secret, at(name)));

/** All that is on the disk of the store, one file after another. */
async function onDisk(): Promise<Buffer> {
  const names = await readdir(storeFolderIn(dataDir), { recursive: true, withFileTypes: true });
  const files = names.filter(each => each.isFile()).map(each => join(each.parentPath, each.name));
  return Buffer.concat(await Promise.all(files.map(each => readFile(each))));
}
const isPlainIn = (bytes: Buffer): boolean =>
  bytes.includes(PLAIN) || bytes.includes(Buffer.from(PLAIN).toString('base64').slice(0, 32));

describe('what is encrypted', () => {
  it.each(['aescbc', 'aesgcm', 'secretbox'])('by %s is nowhere as it is, and is read after a restart', async name => {
    const lists = [secrets({ [name]: keyed('key1') })];
    let revision: number;
    {
      await using cluster = await start(lists);
      revision = cluster.kernel.service(store).committed;
      await make(cluster, 'a');
      await cluster.client.update(Secret, { ...(await cluster.client.get(Secret, at('a'))), immutable: true });
      await cluster.client.create(ConfigMap, { ...secret('a'), data: { plain: 'seen-by-all' } });
      const bytes = await onDisk();
      expect([isPlainIn(bytes), bytes.includes(`k8s:enc:${name}:v1:key1:`)]).toEqual([false, true]);
      expect(bytes.includes('seen-by-all')).toBe(true);
    }
    expect(isPlainIn(await onDisk())).toBe(false);
    await using cluster = await start(lists);
    expect(await read(cluster, 'a')).toBe(PLAIN);
    expect((await cluster.client.list(Secret)).items.filter(each => each.metadata.name === 'a').map(textOf)).toEqual([
      PLAIN,
    ]);
    const signal = AbortSignal.timeout(10_000);
    const seen: string[] = [];
    for await (const event of cluster.client.watch(Secret, { resourceVersion: String(revision), signal })) {
      if (event.type === 'BOOKMARK') continue;
      seen.push(`${event.type} ${textOf(event.object)}`);
      if (seen.length === 2) break;
    }
    expect(seen).toEqual([`ADDED ${PLAIN}`, `MODIFIED ${PLAIN}`]);
  });

  it('may be all there is, all of a group, or all but what an earlier list names', async () => {
    const all = { resources: ['*.*'], providers: [{ aesgcm: keyed('key1') }] };
    await using cluster = await start([{ resources: ['configmaps'], providers: [identity] }, all]);
    await make(cluster, 'a');
    await cluster.client.create(ConfigMap, { ...secret('a'), data: { plain: 'seen-by-all' } });
    const bytes = await onDisk();
    expect([isPlainIn(bytes), bytes.includes('seen-by-all'), bytes.includes('"kind":"Namespace"')]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('is so in a snapshot, and in what is restored of it', async () => {
    const saved = join(dataDir, 'saved.db');
    {
      await using cluster = await start([secrets(aescbc('key1'))]);
      await make(cluster, 'a');
      await cluster.kernel.service(store).backup(saved);
      await saveSnapshot(databasePathIn(storeFolderIn(dataDir)), `${saved}.2`);
      await cluster.client.delete(Secret, at('a'));
    }
    const both = Buffer.concat([await readFile(saved), await readFile(`${saved}.2`)]);
    expect([isPlainIn(both), both.includes('k8s:enc:aescbc:v1:key1:')]).toEqual([false, true]);
    await restoreSnapshot(saved, storeFolderIn(dataDir), { nowMs: Date.now(), pid: process.pid });
    expect(isPlainIn(await onDisk())).toBe(false);
    await using cluster = await start([secrets(aescbc('key1'))]);
    expect(await read(cluster, 'a')).toBe(PLAIN);
  });
});

describe('an update that changes nothing', () => {
  const rewrite = async (cluster: TestCluster, name: string): Promise<boolean> => {
    const before = await cluster.client.get(Secret, at(name));
    const after = await cluster.client.update(Secret, before);
    return before.metadata.resourceVersion !== after.metadata.resourceVersion;
  };

  it('encrypts what was not; once history is forgotten nothing on the disk tells of it', async () => {
    {
      await using cluster = await start();
      for (const name of ['a', 'b', 'gone']) await make(cluster, name);
      await cluster.client.delete(Secret, at('gone'));
    }
    expect(isPlainIn(await onDisk())).toBe(true);
    await using cluster = await start([secrets(aescbc('key1'), identity)]);
    expect(await read(cluster, 'a')).toBe(PLAIN);
    const rewritten = [await rewrite(cluster, 'a'), await rewrite(cluster, 'a'), await rewrite(cluster, 'b')];
    expect(rewritten).toEqual([true, false, true]);
    const opened = cluster.kernel.service(store);
    await opened.compact(opened.committed);
    await cluster.eventually(async () => expect(isPlainIn(await onDisk())).toBe(false));
    expect(await read(cluster, 'a')).toBe(PLAIN);
  });

  it('encrypts anew what another key has, and takes encryption away', async () => {
    {
      await using cluster = await start([secrets(aescbc('key1'))]);
      await make(cluster, 'a');
      expect(await rewrite(cluster, 'a')).toBe(false);
    }
    {
      await using cluster = await start([secrets(aescbc('key2'), aescbc('key1'))]);
      expect([await rewrite(cluster, 'a'), await rewrite(cluster, 'a')]).toEqual([true, false]);
    }
    {
      await using cluster = await start([secrets(identity, aescbc('key2'))]);
      expect([await rewrite(cluster, 'a'), await rewrite(cluster, 'a')]).toEqual([true, false]);
    }
    await using cluster = await start();
    expect(await read(cluster, 'a')).toBe(PLAIN);
  });
});

describe('where a key is gone', () => {
  const NO_KEY = 'no matching key was found for the provided AES transformer';
  const refused = (message: string): unknown => expect.objectContaining({ reason: 'InternalError', message });

  it('what it has encrypted is 500, and all else goes on', async () => {
    {
      await using cluster = await start([secrets(aescbc('key1'))]);
      await make(cluster, 'a');
    }
    await using cluster = await start([secrets(aescbc('key2'))]);
    const { client } = cluster;
    await make(cluster, 'b');
    expect(await read(cluster, 'b')).toBe(PLAIN);
    const unreadable = refused(`Internal error occurred: ${NO_KEY}`);
    await expect(client.get(Secret, at('a'))).rejects.toEqual(unreadable);
    const other = await client.get(Secret, at('b'));
    await expect(client.update(Secret, { ...other, metadata: { ...other.metadata, name: 'a' } })).rejects.toEqual(
      unreadable,
    );
    await expect(client.delete(Secret, at('a'))).rejects.toEqual(unreadable);
    const told = `Internal error occurred: unable to transform key "/registry/secrets/default/a": ${NO_KEY}`;
    await expect(client.list(Secret)).rejects.toEqual(refused(told));
    // What this process does by its caches goes on with what can be read.
    const cached = cluster.caches.of(Secret);
    await cached.synced;
    await cluster.eventually(() => expect(cached.list('default').map(each => each.metadata.name)).toEqual(['b']));
    const first = await client.list(Secret, { namespace: 'default', limit: 1, leavesOutUnreadable: true });
    expect(first.items.map(each => each.metadata.name)).toEqual(['b']);
    await client.create(ConfigMap, { ...secret('a'), data: {} });
    await client.list(ConfigMap);
    await expect(client.create(Secret, secret('a'))).rejects.toMatchObject({ reason: 'AlreadyExists' });
  });

  it('without any configuration as well', async () => {
    {
      await using cluster = await start([secrets(aescbc('key1'))]);
      await make(cluster, 'a');
    }
    await using cluster = await start();
    await expect(cluster.client.get(Secret, at('a'))).rejects.toEqual(
      refused('Internal error occurred: identity transformer tried to read encrypted data'),
    );
    await make(cluster, 'b');
    expect(await read(cluster, 'b')).toBe(PLAIN);
  });

  it('it is there again once the file says so, which is followed where that is asked for', async () => {
    {
      await using cluster = await start([secrets(aescbc('key1'))]);
      await make(cluster, 'a');
    }
    await using cluster = await start([secrets(aescbc('key2'))], { encryptionProviderConfigAutomaticReload: true });
    await expect(read(cluster, 'a')).rejects.toThrow(NO_KEY);
    await writeFile(file, 'nonsense: {');
    await writeFile(file, written(secrets(aescbc('key3'), aescbc('key2'), aescbc('key1'))));
    await cluster.eventually(async () => expect(await read(cluster, 'a')).toBe(PLAIN), 10_000);
    await make(cluster, 'b');
    expect((await onDisk()).includes('k8s:enc:aescbc:v1:key3:')).toBe(true);
  });
});

it.each([
  [written(), 'error while parsing file: resources: Required value: at least one resources is required'],
  [undefined, 'no such file or directory'],
])('no server starts by %j', async (text, problem) => {
  if (text !== undefined) await writeFile(file, text);
  const started = startCluster({
    plugins: [encryption, sealedStore],
    without: ['store-memory', 'controllers', 'scheduler'],
    settings: { dataDir, encryptionProviderConfig: file },
  });
  await expect(started).rejects.toThrow(problem);
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigMap } from '../plugins/kinds/core/v1/config-map.ts';
import { Secret } from '../plugins/kinds/core/v1/secret.ts';
import encryption from '../plugins/encryption/plugin.ts';
import { ValueTransformer } from '../plugins/encryption/value-transformer.ts';
import { EtcdConnection } from '../plugins/store-etcd/connection.ts';
import { openEtcdStore } from '../plugins/store-etcd/etcd-store.ts';
import { range } from '../plugins/store-etcd/load-state.ts';
import sealedStore from '../plugins/store-etcd/sealed-plugin.ts';
import { EtcdProcess, hasEtcd } from '../plugins/store-etcd/testing/etcd-process.ts';
import { openSqliteStore } from '../plugins/store-sqlite/sqlite-store.ts';
import { memoryPlace } from '../src/base/testing/memory-place.ts';
import { scratchFolder } from '../src/base/testing/scratch-folder.ts';
import { hostWorld } from '../src/kernel/host-world.ts';
import { startCluster, type TestCluster } from '../src/sdk/testing/cluster.ts';
import type { AtRest } from '../src/store/at-rest.ts';
import { describeStoreConformance } from '../src/store/testing/store-conformance.ts';

const secretOf = (name: string): string => Buffer.from(name.padEnd(32, '.')).toString('base64');
const aesgcm = (name: string) => ({ aesgcm: { keys: [{ name, secret: secretOf(name) }] } });

/** Seals every key there is. */
function sealsAll(): AtRest {
  const transformer = new ValueTransformer([aesgcm('key1')], hostWorld().random);
  return {
    seal: (key, value) => transformer.seal(key, value),
    open: (key, written, finish = value => value) => finish(transformer.open(key, written).value),
  };
}

describeStoreConformance('a sealed SQLite store', async (world, limits = {}) =>
  openSqliteStore({ folder: await scratchFolder(memoryPlace()), world, limits, atRest: sealsAll() }),
);

const canRun = hasEtcd('the sealed store in etcd is');
describe.skipIf(!canRun)('in an etcd of its own each', () => {
  describeStoreConformance('a sealed etcd store', async (world, limits = {}) => {
    const etcd = await EtcdProcess.start();
    const endpoints = [etcd.clientUrl];
    const store = await openEtcdStore({ endpoints, tls: {}, world, prefix: '/', limits, atRest: sealsAll() });
    const close = store[Symbol.asyncDispose].bind(store);
    return Object.assign(store, {
      [Symbol.asyncDispose]: async () => {
        await close();
        await etcd[Symbol.asyncDispose]();
      },
    });
  });
});

describe.skipIf(!canRun)('servers over one etcd', () => {
  const data = { password: Buffer.from('a-password-that-nobody-reads').toString('base64') };
  const at = (name: string) => ({ name, namespace: 'default' });

  async function start(etcd: EtcdProcess, ...names: readonly string[]): Promise<TestCluster> {
    const folder = await scratchFolder();
    const file = join(folder, 'encryption.json');
    const resources = [{ resources: ['secrets'], providers: [...names.map(aesgcm), { identity: {} }] }];
    const kind = { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'EncryptionConfiguration' };
    await writeFile(file, JSON.stringify({ ...kind, resources }));
    return startCluster({
      plugins: [encryption, sealedStore],
      without: ['store-memory', 'controllers', 'scheduler'],
      settings: { dataDir: folder, encryptionProviderConfig: file, storeEndpoints: etcd.clientUrl },
    });
  }

  async function rawOf(etcd: EtcdProcess, key: string): Promise<Buffer | undefined> {
    using connection = new EtcdConnection({ endpoints: [etcd.clientUrl], tls: {}, world: hostWorld() });
    const to = Buffer.from(`${key}\0`);
    const { entries } = await range(connection, { from: key, to, limit: 1, revision: 0, countOnly: false });
    return entries[0]?.value;
  }

  it('read and see what others have encrypted, and what etcd holds is not as it is', async () => {
    await using etcd = await EtcdProcess.start();
    await using one = await start(etcd, 'key1');
    await using other = await start(etcd, 'key2', 'key1');
    await one.client.create(Secret, { metadata: at('a'), data });
    await one.client.create(ConfigMap, { metadata: at('a'), data: { plain: 'seen-by-all' } });
    const raw = await rawOf(etcd, '/registry/secrets/default/a');
    expect(raw?.toString('latin1')).toMatch(/^k8s:enc:aesgcm:v1:key1:/);
    expect(raw?.includes(data.password)).toBe(false);
    expect((await rawOf(etcd, '/registry/configmaps/default/a'))?.toString()).toContain('seen-by-all');
    const seen = await other.client.get(Secret, at('a'));
    expect(seen.data).toEqual(data);
    const rewritten = await other.client.update(Secret, seen);
    expect(rewritten.metadata.resourceVersion).not.toBe(seen.metadata.resourceVersion);
    expect((await other.client.update(Secret, rewritten)).metadata.resourceVersion).toBe(
      rewritten.metadata.resourceVersion,
    );
    expect((await rawOf(etcd, '/registry/secrets/default/a'))?.toString('latin1')).toMatch(/^k8s:enc:aesgcm:v1:key2:/);
    // The first one has no such key.
    const problem = 'no matching key was found for the provided AES transformer';
    await expect(one.client.get(Secret, at('a'))).rejects.toThrow(problem);
    await one.client.create(Secret, { metadata: at('b'), data });
    expect((await one.client.get(Secret, at('b'))).data).toEqual(data);
  });

  it('find what was encrypted when they start', async () => {
    await using etcd = await EtcdProcess.start();
    {
      await using cluster = await start(etcd, 'key1');
      await cluster.client.create(Secret, { metadata: at('a'), data });
    }
    await using cluster = await start(etcd, 'key1');
    expect((await cluster.client.get(Secret, at('a'))).data).toEqual(data);
    expect((await cluster.client.list(Secret)).items.some(({ metadata }) => metadata.name === 'a')).toBe(true);
  });
});

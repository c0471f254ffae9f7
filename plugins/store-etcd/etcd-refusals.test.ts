import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { WireWriter } from '../../src/schema/protobuf-wire.ts';
import type { Opened } from '../../src/store/mending-store.ts';
import { putOf, take } from '../../src/store/testing/trial.ts';
import { freePort } from '../../src/base/testing/free-port.ts';
import { issueCertificate } from '../auth/issue-certificate.ts';
import { EtcdConnection } from './connection.ts';
import { openEtcdStore, type EtcdStoreOptions } from './etcd-store.ts';
import { PAGE_ENTRIES } from './limits.ts';
import { range } from './load-state.ts';
import { decodeTxn, encodeTxn } from './messages.ts';
import { saveSnapshot } from './save-snapshot.ts';
import { EtcdProcess, hasEtcd } from './testing/etcd-process.ts';

const world = hostWorld();
const opened = (etcd: EtcdProcess, more: Partial<EtcdStoreOptions> = {}): Promise<Opened> =>
  openEtcdStore({ endpoints: [etcd.clientUrl], tls: {}, world, prefix: '/registry/', ...more });
const connected = (etcd: EtcdProcess): EtcdConnection =>
  new EtcdConnection({ endpoints: [etcd.clientUrl], tls: {}, world });
const pod = (text: string) => ({ guards: [], writes: [putOf('/registry/pods/a', text)] });

/** As other programs write to the same etcd. */
const write = (connection: EtcdConnection, ...writes: Parameters<typeof encodeTxn>[0]['writes']): Promise<unknown> =>
  connection.call({
    path: '/etcdserverpb.KV/Txn',
    message: encodeTxn({ guards: [], writes }),
    isRepeatable: false,
    decode: decodeTxn,
  });

const [ACTIVATE, DEACTIVATE] = [1, 2];
const CORRUPT = 2;
function corruptAlarm(connection: EtcdConnection, action: number): Promise<unknown> {
  const message = new WireWriter();
  message.varint(1, action);
  message.varint(3, CORRUPT);
  const path = '/etcdserverpb.Maintenance/Alarm';
  return connection.call({ path, message: message.finish(), isRepeatable: false, decode: bytes => bytes });
}

describe.skipIf(!hasEtcd('what etcd refuses is'))('the etcd store', () => {
  let etcd: EtcdProcess;
  beforeAll(async () => {
    etcd = await EtcdProcess.start({ flags: ['--quota-backend-bytes', String(8 * 1024 * 1024)] });
  });
  afterAll(() => etcd[Symbol.asyncDispose]());

  it('shows each server what others wrote, as soon as that was answered', async () => {
    await using one = await opened(etcd);
    await using other = await opened(etcd);
    const watch = other.watch('/registry/', { after: other.committed, signal: AbortSignal.timeout(5_000) });
    const told = take(watch[Symbol.asyncIterator](), 2);
    const { revision } = await one.transact(pod('first'));
    expect((await other.get('/registry/pods/a')).entry?.value.toString()).toBe('first');
    const guards = [{ key: '/registry/pods/a', modRevision: revision }];
    expect(await other.transact({ ...pod('second'), guards })).toMatchObject({ ok: true });
    expect(await one.transact({ ...pod('third'), guards })).toMatchObject({
      ok: false,
      current: [{ modRevision: revision + 1 }],
    });
    expect(await told).toHaveLength(2);
  });

  it('keeps values so that etcdctl shows them, and leaves keys of others alone', async () => {
    await using store = await opened(etcd);
    using connection = connected(etcd);
    await write(connection, { put: '/other/key', value: Buffer.from('theirs') });
    const value = Buffer.from('{"metadata":{"resourceVersion":""}}');
    const put = { put: '/registry/pods/b', value, revisionAt: value.length - 3, ttlSeconds: 3_600 };
    const { revision } = await store.transact({ guards: [], writes: [put] });
    const request = { from: '/registry/pods/b', to: Buffer.alloc(0), limit: 1, revision: 0, countOnly: false };
    const { entries } = await range(connection, request);
    const [line, marks] = entries[0]?.value.toString().split('\n') ?? [];
    expect(line).toBe('{"metadata":{"resourceVersion":""}}');
    expect(marks).toMatch(/^32 \d{13} [0-9a-f]{8}$/);
    await write(connection, { put: '/other/key', value: Buffer.from('again') });
    expect((await store.get('/registry/pods/b')).entry?.value.toString()).toBe(
      `{"metadata":{"resourceVersion":"${revision}"}}`,
    );
    expect(await store.count('')).toBe(2);
  });

  it('says Corrupt where etcd found its members to differ', async () => {
    await using store = await opened(etcd);
    using connection = connected(etcd);
    await corruptAlarm(connection, ACTIVATE);
    const refusal = { code: 'Corrupt', message: 'etcdserver: corrupt cluster' };
    await expect(store.transact(pod('more'))).rejects.toMatchObject(refusal);
    expect(await store.count('/registry/pods/')).toBe(2);
    await corruptAlarm(connection, DEACTIVATE);
    expect(await store.transact({ guards: [], writes: [] })).toMatchObject({ ok: true });
  });

  it('says ValueTooLarge of what etcd takes for too large', async () => {
    await using store = await opened(etcd);
    const writes = [putOf('/registry/x/1', 'x'.repeat(1_000_000)), putOf('/registry/x/2', 'x'.repeat(1_000_000))];
    await expect(store.transact({ guards: [], writes })).rejects.toMatchObject({
      code: 'ValueTooLarge',
      message: 'etcdserver: request is too large',
    });
    const many = Array.from({ length: 129 }, (_, n) => putOf(`/registry/y/${n}`, 'x'));
    await expect(store.transact({ guards: [], writes: many })).rejects.toMatchObject({ code: 'ValueTooLarge' });
  });

  it('opens with more than a page of what is older than etcd remembers', async () => {
    {
      await using store = await opened(etcd);
      for (let from = 0; from <= PAGE_ENTRIES; from += 120) {
        const writes = Array.from({ length: 120 }, (_, n) => putOf(`/registry/many/${from + n}`, String(from + n)));
        await store.transact({ guards: [], writes });
      }
      await store.compact(store.committed);
      await store.transact({ guards: [], writes: [{ delete: '/registry/many/7' }] });
    }
    await using store = await opened(etcd);
    const { entries } = await store.list('/registry/many/');
    expect(entries.every(({ key, value }) => key === `/registry/many/${value.toString()}`)).toBe(true);
    expect(entries).toHaveLength(Math.ceil((PAGE_ENTRIES + 1) / 120) * 120 - 1);
    expect(store.committed - store.compacted).toBe(1);
    await store.transact({ guards: [], writes: [{ delete: '/registry/many/8' }] });
  });

  it('backs up the whole etcd, whose own sum of it comes last, and leaves nothing of what failed', async () => {
    await using folder = await scratchFolder();
    const path = join(folder.path, 'saved.db');
    {
      await using store = await opened(etcd);
      await store.backup(path);
      const saved = await readFile(path);
      expect(createHash('sha256').update(saved.subarray(0, -32)).digest()).toEqual(saved.subarray(-32));
      expect(saved.includes('/registry/pods/a')).toBe(true);
    }
    using away = new EtcdConnection({ endpoints: [`http://127.0.0.1:${await freePort()}`], tls: {}, world });
    await expect(saveSnapshot(away, world, `${path}2`)).rejects.toMatchObject({ code: 'Unanswered' });
    expect(await readdir(folder.path)).toEqual(['saved.db']);
  });

  it('names the key of a value that is damaged, when it opens and while it runs', async () => {
    using connection = connected(etcd);
    const failed = Promise.withResolvers<unknown>();
    await using store = await opened(etcd, { onFailed: failed.resolve, onUnmended: () => undefined });
    const request = { from: '/registry/pods/b', to: Buffer.alloc(0), limit: 1, revision: 0, countOnly: false };
    const { entries } = await range(connection, request);
    const whole = entries[0]?.value ?? Buffer.alloc(0);
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(whole.readUInt8(3) ^ 1, 3);
    await write(connection, { put: '/registry/pods/b', value: damaged });
    const named = /^etcd's value of \/registry\/pods\/b at revision \d+ is damaged, or not written by tiphys$/;
    expect(await failed.promise).toMatchObject({ code: 'Corrupt', message: expect.stringMatching(named) });
    expect(store.failure?.code).toBe('Corrupt');
    await expect(opened(etcd)).rejects.toMatchObject({ code: 'Corrupt', message: expect.stringMatching(named) });
    await write(connection, { delete: '/registry/pods/b' });
    await expect.poll(() => store.failure, { timeout: 10_000 }).toBeUndefined();
    expect(await store.count('/registry/pods/')).toBe(1);
  }, 20_000);

  it('says Full where etcd has no space, and deletes still', async () => {
    await using store = await opened(etcd);
    const fill = async (): Promise<never> => {
      for (let n = 0; ; n++)
        await store.transact({ guards: [], writes: [putOf('/registry/large', 'x'.repeat(1_000_000))] });
    };
    const message = 'etcdserver: mvcc: database space exceeded';
    await expect(fill()).rejects.toMatchObject({ code: 'Full', message });
    await expect(store.transact(pod('more'))).rejects.toMatchObject({ code: 'Full' });
    expect(await store.transact({ guards: [], writes: [{ delete: '/registry/large' }] })).toMatchObject({ ok: true });
    expect((await store.get('/registry/pods/a')).entry?.value.toString()).toBe('second');
    expect(store.failure).toBeUndefined();
  });
});

describe.skipIf(!hasEtcd('etcd over TLS is'))('the etcd store over TLS', () => {
  it('shows its certificate, and takes only an etcd that its CA has signed', async () => {
    const times = { notBeforeMs: Date.now() - 1_000, notAfterMs: Date.now() + 3_600_000 };
    const one = { organizations: [], names: [], addresses: ['127.0.0.1'], ...times };
    const ca = await issueCertificate({ ...one, commonName: 'ca', usage: 'ca' }, undefined);
    const other = await issueCertificate({ ...one, commonName: 'other', usage: 'ca' }, undefined);
    const server = await issueCertificate({ ...one, commonName: 'etcd', usage: 'server' }, ca);
    const client = await issueCertificate({ ...one, commonName: 'tiphys', usage: 'client' }, ca);
    await using folder = await scratchFolder();
    const files = { ca: ca.certificate, cert: server.certificate, key: server.privateKey };
    const [caFile, certFile, keyFile] = await Promise.all(
      Object.entries(files).map(async ([name, text]) => {
        await writeFile(join(folder.path, name), text);
        return join(folder.path, name);
      }),
    );
    const clientUrl = `https://127.0.0.1:${await freePort()}`;
    const healthUrl = `http://127.0.0.1:${await freePort()}`;
    const asked = ['--client-cert-auth', '--trusted-ca-file', `${caFile}`, '--listen-metrics-urls', healthUrl];
    const flags = ['--cert-file', `${certFile}`, '--key-file', `${keyFile}`, ...asked];
    await using etcd = await EtcdProcess.start({ clientUrl, healthUrl, flags });
    const tls = {
      ca: Buffer.from(ca.certificate),
      cert: Buffer.from(client.certificate),
      key: Buffer.from(client.privateKey),
    };
    await using store = await opened(etcd, { tls });
    expect(await store.transact(pod('secret'))).toMatchObject({ ok: true });
    const refused = { code: 'Unanswered', message: expect.stringContaining('No connection established') };
    await expect(opened(etcd, { tls: { ...tls, ca: Buffer.from(other.certificate) } })).rejects.toMatchObject(refused);
    await expect(opened(etcd, { tls: { ca: tls.ca } })).rejects.toMatchObject({ code: 'Unanswered' });
  });
});

async function scratchFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'tiphys-etcd-tls-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type ClientHttp2Session } from 'node:http2';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEtcdStore } from '../plugins/store-etcd/etcd-store.ts';
import { openSqliteStore } from '../plugins/store-sqlite/sqlite-store.ts';
import { hostWorld } from '../src/kernel/host-world.ts';
import type { Opened } from '../src/store/mending-store.ts';
import type { Store } from '../src/store/store.ts';

/**
 * Durable creates of 1.5 KB, each guarded by "the key does not exist", by 1 client and by 100; the peer
 * is etcd (Debian's `etcd-server`), spoken to in gRPC over loopback from this process. Both sync to the
 * same disk before they answer. `on etcd` is the store's other driver, on another etcd. Runs alternate; the better of each is kept. Then 100,000 objects: how long
 * they take to open, and what a million updates make of the files.
 */
const RUN_MS = 2_000;
const RUNS = 2;
const VALUE = Buffer.alloc(1_500, '{"apiVersion":"v1","kind":"Pod"}');
const OBJECTS = 100_000;
const UPDATES = 1_000_000;

interface Subject {
  readonly name: string;
  create(key: string): Promise<unknown>;
  /** CPU spent so far by the processes that serve, in microseconds. */
  cpu(): number;
}
interface Result {
  readonly perSecond: number;
  readonly p50: number;
  readonly cpuPerWrite: number;
}

async function measure(subject: Subject, clients: number, round: string): Promise<Result> {
  const took: number[] = [];
  const [began, cpu] = [performance.now(), subject.cpu()];
  let next = 0;
  const client = async (): Promise<void> => {
    for (let now = performance.now(); now - began < RUN_MS; ) {
      await subject.create(`/registry/pods/${round}/pod-${next++}`);
      took.push(-now + (now = performance.now()));
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - began) / 1000;
  took.sort((a, b) => a - b);
  return {
    perSecond: took.length / seconds,
    p50: took[took.length >> 1] ?? 0,
    cpuPerWrite: (subject.cpu() - cpu) / took.length,
  };
}

const folder = await mkdtemp(join(tmpdir(), 'tiphys-bench-store-'));
const world = hostWorld();
const store = await openSqliteStore({ folder: join(folder, 'tiphys'), world });
const tiphys: Subject = {
  name: 'tiphys',
  create: key => store.transact({ guards: [{ key, modRevision: 0 }], writes: [{ put: key, value: VALUE }] }),
  cpu: () => process.cpuUsage().user + process.cpuUsage().system,
};
const etcd = await startEtcd(join(folder, 'etcd'));
const below = etcd && (await startEtcd(join(folder, 'below')));
const onEtcd = below && (await storeOn(below));
try {
  for (const clients of [1, 100]) await compare(clients);
  await fillAndOpen();
} finally {
  await onEtcd?.store[Symbol.asyncDispose]();
  for (const running of [etcd, below]) running?.stop();
  await store[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
}

async function compare(clients: number): Promise<void> {
  const subjects = [tiphys, etcd?.subject, onEtcd?.subject].filter(subject => subject !== undefined);
  const best = new Map<Subject, Result>();
  for (let run = 0; run < RUNS; run++) {
    for (const subject of subjects) {
      const result = await measure(subject, clients, `${clients}-${run}`);
      if (result.perSecond > (best.get(subject)?.perSecond ?? 0)) best.set(subject, result);
    }
  }
  for (const [{ name }, { perSecond, p50, cpuPerWrite }] of best) {
    const figures = `${perSecond.toFixed(0).padStart(6)} writes/s, p50 ${p50.toFixed(2)} ms, ${cpuPerWrite.toFixed(0)} us CPU each`;
    console.log(`${String(clients).padStart(3)} clients  ${name.padEnd(7)} ${figures}`);
  }
  const [ours, theirs, both] = subjects.map(subject => best.get(subject));
  if (ours === undefined || theirs === undefined) return;
  const ratio = (ours.perSecond / theirs.perSecond).toFixed(1);
  console.log(
    `${String(clients).padStart(3)} clients  ${ratio} x etcd's rate, ${(ours.cpuPerWrite / theirs.cpuPerWrite).toFixed(2)} x its CPU`,
  );
  if (both === undefined) return;
  const rate = (both.perSecond / theirs.perSecond).toFixed(2);
  const cpu = (both.cpuPerWrite / theirs.cpuPerWrite).toFixed(2);
  console.log(
    `${String(clients).padStart(3)} clients  on etcd: ${rate} x etcd's rate alone, ${cpu} x its CPU with ours`,
  );
}

async function fillAndOpen(): Promise<void> {
  const path = join(folder, 'large');
  const filled = await openSqliteStore({ folder: path, world });
  for (let from = 0; from < OBJECTS; from += 500) {
    const writes = Array.from({ length: 500 }, (_, n) => ({
      put: `/registry/pods/ns/${from + n}`,
      value: VALUE,
    }));
    await filled.transact({ guards: [], writes });
  }
  await filled[Symbol.asyncDispose]();
  const began = performance.now();
  const opened = await openSqliteStore({ folder: path, world });
  const tookMs = performance.now() - began;
  console.log(`open      ${await opened.count('/')} objects of 1.5 KB, every row verified: ${tookMs.toFixed(0)} ms`);
  await updateAll(opened, path);
  await opened[Symbol.asyncDispose]();
}

/** Writes random ones of them anew, a million times in all, and says what the files weighed at most. */
async function updateAll(opened: Store, path: string): Promise<void> {
  const [began, live] = [performance.now(), OBJECTS * VALUE.length];
  let [done, most] = [0, 0];
  const client = async (): Promise<void> => {
    while (done++ < UPDATES) {
      const put = `/registry/pods/ns/${Math.floor(Math.random() * OBJECTS)}`;
      await opened.transact({ guards: [], writes: [{ put, value: VALUE }] });
      if (done % 1_000 === 0) most = Math.max(most, filesBytes(path));
    }
  };
  await Promise.all(Array.from({ length: 100 }, client));
  const perSecond = UPDATES / ((performance.now() - began) / 1000);
  const [mostMb, liveMb] = [most / 1e6, live / 1e6].map(megabytes => megabytes.toFixed(0));
  console.log(
    `update    ${UPDATES} times, ${perSecond.toFixed(0)}/s: database and log at most ${mostMb} MB, ` +
      `${(most / live).toFixed(2)} x the ${liveMb} MB of live data`,
  );
}

function filesBytes(folder: string): number {
  const sizes = ['store.db', 'store.db-wal'].map(name => statSync(join(folder, name), { throwIfNoEntry: false })?.size);
  return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
}

interface Etcd {
  readonly url: string;
  readonly subject: Subject;
  stop(): void;
}

/** The same store on an etcd of its own; both processes serve. */
async function storeOn({ url, subject }: Etcd): Promise<{ readonly store: Opened; readonly subject: Subject }> {
  const store = await openEtcdStore({ endpoints: [url], tls: {}, world, prefix: '/registry/' });
  const create: Subject['create'] = key =>
    store.transact({ guards: [{ key, modRevision: 0 }], writes: [{ put: key, value: VALUE }] });
  return { store, subject: { name: 'on etcd', create, cpu: () => tiphys.cpu() + subject.cpu() } };
}

async function startEtcd(dataDir: string): Promise<Etcd | undefined> {
  if (spawnSync('etcd', ['--version']).status !== 0) {
    console.log('etcd is not installed (apt-get install etcd-server); measuring without it');
    return undefined;
  }
  const [client, peer] = [`http://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`];
  const child = spawn(
    'etcd',
    [
      '--data-dir',
      dataDir,
      '--listen-client-urls',
      client,
      '--advertise-client-urls',
      client,
      '--log-level',
      'error',
    ].concat([
      '--listen-peer-urls',
      peer,
      '--initial-advertise-peer-urls',
      peer,
      '--initial-cluster',
      `default=${peer}`,
    ]),
    { stdio: 'ignore' },
  );
  const session = await connected(client, child);
  const subject: Subject = {
    name: 'etcd',
    create: key => call(session, '/etcdserverpb.KV/Txn', createRequest(key)),
    cpu: () => cpuOf(child),
  };
  const stop = (): void => {
    session.close();
    child.kill('SIGKILL');
  };
  return { url: client, subject, stop };
}

async function connected(url: string, child: ChildProcess): Promise<ClientHttp2Session> {
  for (let attempt = 0; attempt < 100 && child.exitCode === null; attempt++) {
    await world.timers.sleep(100);
    const session = connect(url);
    try {
      await new Promise((resolve, reject) => session.once('connect', resolve).once('error', reject));
      await call(session, '/etcdserverpb.KV/Txn', createRequest('/started'));
      return session;
    } catch (error) {
      session.destroy();
      if (attempt === 99) throw error;
    }
  }
  throw new Error('etcd did not start');
}

/** One unary gRPC call: a flag byte, the length, the message. */
function call(session: ClientHttp2Session, path: string, message: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const chunks: Buffer[] = [];
    let status = 'missing';
    stream.on('trailers', headers => (status = String(headers['grpc-status'])));
    stream.on('response', headers => (status = String(headers['grpc-status'] ?? status)));
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('close', () => {
      if (status === '0') resolve(Buffer.concat(chunks));
      else reject(new Error(`etcd answered grpc-status ${status}`));
    });
    const head = Buffer.alloc(5);
    head.writeUInt32BE(message.length, 1);
    stream.end(Buffer.concat([head, message]));
  });
}

/** TxnRequest{compare: mod_revision(key) == 0, success: put}, as kube-apiserver creates an object. */
function createRequest(key: string): Buffer {
  const name = field(3, Buffer.from(key));
  const compare = Buffer.concat([Buffer.from([0x08, 0, 0x10, 2]), name, Buffer.from([0x30, 0])]);
  const put = Buffer.concat([field(1, Buffer.from(key)), field(2, VALUE)]);
  return Buffer.concat([field(1, compare), field(2, field(2, put))]);
}

function field(number: number, bytes: Buffer): Buffer {
  const head = [(number << 3) | 2];
  let rest = bytes.length;
  for (; rest > 127; rest >>>= 7) head.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([...head, rest]), bytes]);
}

function cpuOf(child: ChildProcess): number {
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * 10_000;
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

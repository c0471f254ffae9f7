import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { testServer } from '../plugins/apiserver/testing/test-server.ts';
import { openSqliteStore } from '../plugins/store-sqlite/sqlite-store.ts';
import { hostWorld } from '../src/kernel/host-world.ts';
import { type ApiTarget, openSession, request, statusOf } from './parts/api-target.ts';
import { peerCpuUs, peerOf } from './parts/peer.ts';

/**
 * A thousand watches of ConfigMaps over ten connections, in a process of their own: how many events a second reach
 * them while one client writes as fast as it is answered, durably, and what one delivery costs. A round ends with
 * the last event of the slowest watch; a watch that the server cut off before is counted with what it got.
 * The same once more with a connection for each of a hundred watches. `--peer-kubeconfig=FILE` takes any other API
 * server beside ours, round by round, `--peer-pid=SERVER,ETCD` tells whose CPU is its own.
 */
interface Shape {
  readonly watches: number;
  readonly connections: number;
}
const SHAPES: readonly Shape[] = [
  { watches: 1000, connections: 10 },
  { watches: 100, connections: 100 },
];
const WRITES = 100;
const ROUNDS = 3;
const MAPS = '/api/v1/namespaces/default/configmaps';
const LABEL = 'app=bench-fan-out';

const [mode = '', targetFile = '', watches = '', connections = ''] = process.argv
  .slice(2)
  .filter(word => !word.startsWith('--'));
if (mode === '') await compare();
else
  await watch(JSON.parse(readFileSync(targetFile, 'utf8')) as ApiTarget, {
    watches: Number(watches),
    connections: Number(connections),
  });

async function compare(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tiphys-bench-fan-out-'));
  const store = await openSqliteStore({ folder: join(folder, 'store'), world: hostWorld() });
  const server = await testServer({ store });
  const target = { url: server.url, ca: server.ca, token: 'token-admin' };
  const peer = peerOf(process.argv);
  for (const shape of SHAPES) {
    await deliveries(folder, target, shape, ownCpuUs);
    const ours: Delivered[] = [];
    const theirs: Delivered[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const told = await deliveries(folder, target, shape, ownCpuUs);
      if (told.cut > 0) throw new Error(`${told.cut} watches were cut off`);
      ours.push(told);
      if (peer !== undefined) theirs.push(await deliveries(folder, peer.target, shape, () => peerCpuUs(peer)));
    }
    const median = (of: readonly Delivered[], value: keyof Delivered): number =>
      of.map(one => one[value]).toSorted((one, other) => one - other)[ROUNDS >> 1] ?? 0;
    const told = (of: readonly Delivered[]): string =>
      `${Math.round(median(of, 'rate'))} events/s delivered, ${median(of, 'cpuUs').toFixed(1)} us CPU each`;
    console.log(`${shape.watches} watches, ${shape.connections} connections: ${told(ours)}, writing and TLS included`);
    if (theirs.length === 0) continue;
    const ratio = (value: keyof Delivered): string => (median(ours, value) / median(theirs, value)).toFixed(2);
    console.log(
      `   peer: ${told(theirs)}; ours ${ratio('rate')} x its rate, ${ratio('cpuUs')} x its CPU; ` +
        `it cut off ${median(theirs, 'cut')} watches`,
    );
  }
  await server[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}

function ownCpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

interface Delivered {
  /** Events a second over all watches... */
  readonly rate: number;
  readonly cpuUs: number;
  /** ...and how many of these did not live to the end. */
  readonly cut: number;
}

async function deliveries(folder: string, target: ApiTarget, shape: Shape, cpuUs: () => number): Promise<Delivered> {
  const file = join(folder, 'target.json');
  await writeFile(file, JSON.stringify(target), { mode: 0o600 });
  const words = ['watch', file, String(shape.watches), String(shape.connections)];
  const child = spawn(process.execPath, [import.meta.filename, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const said = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('the process of the watches ended before its time');
    return value;
  };
  await said();
  const session = openSession(target);
  const metadata = { generateName: 'fan-out-', labels: { app: 'bench-fan-out' } };
  const [began, before] = [performance.now(), cpuUs()];
  for (let n = 0; n < WRITES; n++) {
    const code = await statusOf(request(session, target, 'POST', MAPS, { metadata, data: { text: 'x'.repeat(2000) } }));
    if (code !== 201) throw new Error(`a write was answered with ${code}`);
  }
  const heard = await said();
  const [ms, spentUs] = [performance.now() - began, cpuUs() - before];
  child.kill();
  await statusOf(request(session, target, 'DELETE', `${MAPS}?labelSelector=${encodeURIComponent(LABEL)}`));
  session.close();
  const { events, cut } = JSON.parse(heard) as { readonly events: number; readonly cut: number };
  return { rate: (events * 1000) / ms, cpuUs: spentUs / events, cut };
}

/** Prints a line when all watches stand, and one with all events when each has heard of all writes or was cut off. */
async function watch(target: ApiTarget, { watches: count, connections: sessionCount }: Shape): Promise<void> {
  const sessions = Array.from({ length: sessionCount }, () => openSession(target));
  const [first] = sessions;
  if (first === undefined) throw new Error('there are connections');
  // A write of the same kind: a server whose watches go by a cache of each kind has surely come as far.
  const metadata = { generateName: 'fan-out-', labels: { app: 'bench-fan-out' } };
  const write = request(first, target, 'POST', MAPS, { metadata });
  let text = '';
  write.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(write, 'close');
  const written = JSON.parse(text) as { readonly metadata: { readonly resourceVersion: string } };
  const path = `${MAPS}?watch=1&labelSelector=${encodeURIComponent(LABEL)}&resourceVersion=${written.metadata.resourceVersion}`;
  const standing: Promise<unknown>[] = [];
  let [events, cut] = [0, 0];
  const done = Array.from({ length: count }, (_, index) => {
    const stream = request(sessions[index % sessionCount] ?? first, target, 'GET', path);
    const cutBefore = once(stream, 'close').then(() => {
      throw new Error('a watch was closed before it stood');
    });
    standing.push(Promise.race([once(stream, 'response'), cutBefore]));
    return new Promise<void>(resolve => {
      let heard = 0;
      stream.on('data', (chunk: Buffer) => {
        for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) heard += 1;
        if (heard < WRITES) return;
        events += WRITES;
        heard = Number.NEGATIVE_INFINITY;
        resolve();
      });
      stream.once('close', () => {
        if (heard < 0) return;
        events += heard;
        cut += 1;
        resolve();
      });
    });
  });
  await Promise.all(standing);
  console.log('standing');
  await Promise.all(done);
  console.log(JSON.stringify({ events, cut }));
}

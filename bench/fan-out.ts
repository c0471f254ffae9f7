import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testServer } from '../plugins/apiserver/testing/test-server.ts';
import { openSqliteStore } from '../plugins/store-sqlite/sqlite-store.ts';
import { hostWorld } from '../src/kernel/host-world.ts';
import { type ApiTarget, openSession, peerTarget, request, statusOf } from './parts/api-target.ts';

/**
 * A thousand watches of ConfigMaps over ten connections, in a process of their own: how many events a second reach
 * them while one client writes as fast as it is answered, durably, and what one delivery costs. A round ends with
 * the last event of the slowest watch; a watch that the server cut off before is counted with what it got.
 * `--peer-kubeconfig=FILE` takes any other API server beside ours, round by round.
 */
const WATCHES = 1000;
const CONNECTIONS = 10;
const WRITES = 100;
const ROUNDS = 3;
const MAPS = '/api/v1/namespaces/default/configmaps';
const LABEL = 'app=bench-fan-out';

const [mode = '', targetFile = ''] = process.argv.slice(2).filter(word => !word.startsWith('--'));
if (mode === '') await compare();
else await watch(JSON.parse(readFileSync(targetFile, 'utf8')) as ApiTarget);

async function compare(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tiphys-bench-fan-out-'));
  const store = await openSqliteStore({ folder: join(folder, 'store'), world: hostWorld() });
  const server = await testServer({ store });
  const ours = { url: server.url, ca: server.ca, token: 'token-admin' };
  const peer = peerTarget(process.argv);
  const rates: Record<'ours' | 'peer' | 'cpu' | 'cut', number[]> = { ours: [], peer: [], cpu: [], cut: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const cpu = process.cpuUsage();
    const told = await deliveries(folder, ours);
    if (told.cut > 0) throw new Error(`${told.cut} watches were cut off`);
    rates.ours.push(told.rate);
    const { user, system } = process.cpuUsage(cpu);
    rates.cpu.push((user + system) / (WATCHES * WRITES));
    if (peer === undefined) continue;
    const { rate, cut } = await deliveries(folder, peer);
    rates.peer.push(rate);
    rates.cut.push(cut);
  }
  const median = (of: readonly number[]): number => of.toSorted((one, other) => one - other)[ROUNDS >> 1] ?? 0;
  console.log(
    `${WATCHES} watches: ${Math.round(median(rates.ours))} events/s delivered, ${median(rates.cpu).toFixed(1)} us CPU each, writing and TLS included`,
  );
  if (peer !== undefined)
    console.log(
      `   peer: ${Math.round(median(rates.peer))} events/s; ours ${(median(rates.ours) / median(rates.peer)).toFixed(1)} x its rate; it cut off ${median(rates.cut)} watches`,
    );
  await server[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}

/** Events a second over all watches, and how many of these did not live to the end. */
async function deliveries(folder: string, target: ApiTarget): Promise<{ readonly rate: number; readonly cut: number }> {
  const file = join(folder, 'target.json');
  await writeFile(file, JSON.stringify(target), { mode: 0o600 });
  const child = spawn(process.execPath, [import.meta.filename, 'watch', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const heard = once(child.stdout, 'data');
  const session = openSession(target);
  const metadata = { generateName: 'fan-out-', labels: { app: 'bench-fan-out' } };
  const began = performance.now();
  for (let n = 0; n < WRITES; n++) {
    const code = await statusOf(request(session, target, 'POST', MAPS, { metadata, data: { text: 'x'.repeat(2000) } }));
    if (code !== 201) throw new Error(`a write was answered with ${code}`);
  }
  const [said] = (await heard) as [Buffer];
  const ms = performance.now() - began;
  child.kill();
  await statusOf(request(session, target, 'DELETE', `${MAPS}?labelSelector=${encodeURIComponent(LABEL)}`));
  session.close();
  const { events, cut } = JSON.parse(said.toString()) as { readonly events: number; readonly cut: number };
  return { rate: (events * 1000) / ms, cut };
}

/** Prints a line when all watches stand, and one with all events when each has heard of all writes or was cut off. */
async function watch(target: ApiTarget): Promise<void> {
  const sessions = Array.from({ length: CONNECTIONS }, () => openSession(target));
  const [first] = sessions;
  if (first === undefined) throw new Error('there are connections');
  // A write of the same kind: a server whose watches go by a cache of each kind has surely come as far.
  const write = request(first, target, 'POST', MAPS, { metadata: { generateName: 'fan-out-' } });
  let text = '';
  write.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(write, 'close');
  const { metadata } = JSON.parse(text) as { readonly metadata: { readonly resourceVersion: string } };
  const path = `${MAPS}?watch=1&labelSelector=${encodeURIComponent(LABEL)}&resourceVersion=${metadata.resourceVersion}`;
  const standing: Promise<unknown>[] = [];
  let [events, cut] = [0, 0];
  const done = Array.from({ length: WATCHES }, (_, index) => {
    const stream = request(sessions[index % CONNECTIONS] ?? first, target, 'GET', path);
    standing.push(once(stream, 'response'));
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

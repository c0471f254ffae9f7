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
 * them while one client writes as fast as it is answered, durably, and what one delivery costs. What is told ends
 * with the last event of the slowest watch. `--peer-kubeconfig=FILE` takes any other API server beside ours, round
 * by round.
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
  const rates: Record<'ours' | 'peer' | 'cpu', number[]> = { ours: [], peer: [], cpu: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const cpu = process.cpuUsage();
    rates.ours.push(await deliveries(folder, ours));
    const { user, system } = process.cpuUsage(cpu);
    rates.cpu.push((user + system) / (WATCHES * WRITES));
    if (peer !== undefined) rates.peer.push(await deliveries(folder, peer));
  }
  const median = (of: readonly number[]): number => of.toSorted((one, other) => one - other)[ROUNDS >> 1] ?? 0;
  console.log(
    `${WATCHES} watches: ${Math.round(median(rates.ours))} events/s delivered, ${median(rates.cpu).toFixed(1)} us CPU each, writing and TLS included`,
  );
  if (peer !== undefined)
    console.log(
      `   peer: ${Math.round(median(rates.peer))} events/s; ours ${(median(rates.ours) / median(rates.peer)).toFixed(1)} x its rate`,
    );
  await server[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}

/** Events a second, over all watches. */
async function deliveries(folder: string, target: ApiTarget): Promise<number> {
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
  await heard;
  const ms = performance.now() - began;
  child.kill();
  await statusOf(request(session, target, 'DELETE', `${MAPS}?labelSelector=${encodeURIComponent(LABEL)}`));
  session.close();
  return (WATCHES * WRITES * 1000) / ms;
}

/** Prints a line when all watches stand, and one when each has heard of all writes. */
async function watch(target: ApiTarget): Promise<void> {
  const sessions = Array.from({ length: CONNECTIONS }, () => openSession(target));
  const [first] = sessions;
  if (first === undefined) throw new Error('there are connections');
  const list = request(first, target, 'GET', `${MAPS}?limit=1`);
  let text = '';
  list.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await once(list, 'close');
  const { metadata } = JSON.parse(text) as { readonly metadata: { readonly resourceVersion: string } };
  const path = `${MAPS}?watch=1&labelSelector=${encodeURIComponent(LABEL)}&resourceVersion=${metadata.resourceVersion}`;
  const standing: Promise<unknown>[] = [];
  const done = Array.from({ length: WATCHES }, (_, index) => {
    const stream = request(sessions[index % CONNECTIONS] ?? first, target, 'GET', path);
    standing.push(once(stream, 'response'));
    return new Promise<void>(resolve => {
      let events = 0;
      stream.on('data', (chunk: Buffer) => {
        for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) events += 1;
        if (events >= WRITES) resolve();
      });
    });
  });
  await Promise.all(standing);
  console.log('standing');
  await Promise.all(done);
  console.log('heard');
}

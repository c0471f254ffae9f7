import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testServer } from '../plugins/apiserver/testing/test-server.ts';
import { openSqliteStore } from '../plugins/store-sqlite/sqlite-store.ts';
import { hostWorld } from '../src/kernel/host-world.ts';
import { type ApiTarget, openSession, request, statusOf } from './parts/api-target.ts';
import { benchPod } from './parts/bench-pod.ts';
import { clearPods, fillPods, PODS } from './parts/fill-pods.ts';
import { peerCpuUs, peerOf } from './parts/peer.ts';

/**
 * The API over TLS and HTTP/2 with a bearer token, 64 requests in flight on one connection from a process of
 * its own: get, durable create on the SQLite store, list of 1,000 pods as JSON and in protobuf; a round that is not
 * counted comes first. CPU
 * is the server's, store included; the event loop's delay is what anybody else's request waits for besides its own
 * work. `--peer-kubeconfig=FILE` takes any other API server beside ours, by rounds, `--peer-pid=SERVER,ETCD` tells
 * whose CPU is its own; it gets pods that nothing schedules, and loses them afterwards.
 */
const IN_FLIGHT = 64;
const RUN_MS = 3_000;
const ROUNDS = 3;

interface Load {
  readonly requests: number;
  readonly failed: number;
  readonly p50: number;
}

interface Side {
  readonly target: ApiTarget;
  cpuUs(): number;
  readonly loads: Load[];
  spentUs: number;
}

const [mode = '', targetFile = ''] = process.argv.slice(2).filter(word => !word.startsWith('--'));
if (mode === '') await compare();
else await load(mode, JSON.parse(readFileSync(targetFile, 'utf8')) as ApiTarget);

async function compare(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tiphys-bench-api-'));
  const store = await openSqliteStore({ folder: join(folder, 'store'), world: hostWorld() });
  const server = await testServer({ store });
  const target = { url: server.url, ca: server.ca, token: 'token-admin' };
  const peer = peerOf(process.argv);
  await fillPods(target, 1000);
  if (peer !== undefined) await fillPods(peer.target, 1000);
  for (const name of ['get', 'list', 'protobuf', 'create']) {
    const ours: Side = { target, cpuUs: ownCpuUs, loads: [], spentUs: 0 };
    const theirs: Side | undefined = peer && {
      target: peer.target,
      cpuUs: () => peerCpuUs(peer),
      loads: [],
      spentUs: 0,
    };
    await loaded(folder, name, target);
    if (peer !== undefined) await loaded(folder, name, peer.target);
    const held: number[][] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      await play(folder, name, ours);
      delay.disable();
      held.push([delay.percentile(99.9), delay.max]);
      if (theirs !== undefined) await play(folder, name, theirs);
    }
    const [p999, most] = [0, 1].map(of => (Math.max(...held.map(one => one[of] ?? 0)) / 1e6).toFixed(1));
    console.log(`${name.padEnd(8)} ${told(ours)}; event loop held p99.9 ${p999} ms, at most ${most} ms`);
    if (theirs !== undefined)
      console.log(
        `    peer ${told(theirs)}; ours ${(requests(ours) / requests(theirs)).toFixed(1)} x its rate, ` +
          `1/${(micros(theirs) / micros(ours)).toFixed(1)} of its CPU`,
      );
  }
  if (peer !== undefined) await clearPods(peer.target);
  await server[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}

const isList = (name: string): boolean => name === 'list' || name === 'protobuf';

function ownCpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function play(folder: string, name: string, side: Side): Promise<void> {
  const before = side.cpuUs();
  side.loads.push(await loaded(folder, name, side.target));
  side.spentUs += side.cpuUs() - before;
}

function requests({ loads }: Side): number {
  return loads.reduce((sum, { requests: count }) => sum + count, 0);
}

function micros(side: Side): number {
  return side.spentUs / requests(side);
}

function told(side: Side): string {
  const perSecond = String(Math.round((requests(side) * 1000) / RUN_MS / ROUNDS)).padStart(6);
  const p50 = side.loads.map(one => one.p50).toSorted((one, other) => one - other)[ROUNDS >> 1] ?? 0;
  return `${perSecond}/s  p50 ${p50.toFixed(2)} ms  ${Math.round(micros(side))} us CPU a request`;
}

/** In a process of its own, so that the client's CPU is not the server's. */
async function loaded(folder: string, name: string, target: ApiTarget): Promise<Load> {
  const file = join(folder, 'target.json');
  await writeFile(file, JSON.stringify(target), { mode: 0o600 });
  const child = spawn(process.execPath, [import.meta.filename, name, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let answered = '';
  child.stdout.on('data', (chunk: Buffer) => (answered += chunk.toString()));
  await once(child, 'close');
  const found = JSON.parse(answered) as Load;
  if (found.failed !== 0) throw new Error(`${found.failed} requests failed`);
  return found;
}

async function load(name: string, target: ApiTarget): Promise<void> {
  const session = openSession(target);
  const took: number[] = [];
  let failed = 0;
  let next = 0;
  const began = performance.now();
  const one = async (): Promise<void> => {
    const at = performance.now();
    const path = name === 'get' ? `${PODS}/pod-${next++ % 1000}` : PODS;
    const body = name === 'create' ? benchPod(`new-${process.pid}-${next++}`) : undefined;
    const accept = name === 'protobuf' ? 'application/vnd.kubernetes.protobuf' : 'application/json';
    const status = await statusOf(
      request(session, target, body === undefined ? 'GET' : 'POST', path, body, { accept }),
    );
    if (status >= 300) failed += 1;
    took.push(performance.now() - at);
  };
  const client = async (): Promise<void> => {
    while (performance.now() - began < RUN_MS) await one();
  };
  await Promise.all(Array.from({ length: isList(name) ? 4 : IN_FLIGHT }, client));
  session.close();
  took.sort((a, b) => a - b);
  console.log(JSON.stringify({ requests: took.length, failed, p50: took[took.length >> 1] }));
}

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
import { type ApiTarget, openSession, peerTarget, request, statusOf } from './parts/api-target.ts';

/**
 * The API over TLS and HTTP/2 with a bearer token, 64 requests in flight on one connection from a process of
 * its own: get, durable create on the SQLite store, list of 1,000 pods. CPU is the server's, store included;
 * the event loop's delay is what anybody else's request waits for besides its own work.
 * `--peer-kubeconfig=FILE` takes any other API server beside ours in the same run; it gets 1,000 pods that nothing
 * schedules, and loses them afterwards.
 */
const IN_FLIGHT = 64;
const RUN_MS = 3_000;
const PODS = '/api/v1/namespaces/default/pods';

const pod = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'bench', 'pod-template-hash': 'abc123' } },
  spec: {
    schedulerName: 'nobody',
    containers: [
      {
        name: 'main',
        image: 'registry.example.com/team/app:1.2.3',
        ports: [{ containerPort: 8080 }],
        env: Array.from({ length: 8 }, (_, i) => ({ name: `VARIABLE_${i}`, value: `value ${i}` })),
        resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
      },
    ],
  },
});

interface Rate {
  readonly requests: number;
  readonly failed: number;
  readonly p50: number;
}

const [mode = '', targetFile = ''] = process.argv.slice(2).filter(word => !word.startsWith('--'));
if (mode === '') await compare();
else await load(mode, JSON.parse(readFileSync(targetFile, 'utf8')) as ApiTarget);

async function compare(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tiphys-bench-api-'));
  const store = await openSqliteStore({ folder: join(folder, 'store'), world: hostWorld() });
  const server = await testServer({ store });
  const ours = { url: server.url, ca: server.ca, token: 'token-admin' };
  const peer = peerTarget(process.argv);
  const targets = peer === undefined ? [ours] : [ours, peer];
  for (const target of targets) await fill(target);
  for (const name of ['get', 'list', 'create']) {
    const cpu = process.cpuUsage();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const { requests, p50 } = await loaded(folder, name, ours);
    delay.disable();
    const { user, system } = process.cpuUsage(cpu);
    const micros = Math.round((user + system) / requests);
    console.log(
      `${name.padEnd(7)} ${perSecond(requests)}/s  p50 ${p50.toFixed(2)} ms  ${micros} us CPU a request; ` +
        `event loop held p99.9 ${(delay.percentile(99.9) / 1e6).toFixed(1)} ms, at most ${(delay.max / 1e6).toFixed(1)} ms`,
    );
    if (peer === undefined) continue;
    const theirs = await loaded(folder, name, peer);
    console.log(
      `   peer ${perSecond(theirs.requests)}/s  p50 ${theirs.p50.toFixed(2)} ms; ours ${(requests / theirs.requests).toFixed(1)} x its rate`,
    );
  }
  if (peer !== undefined) await clear(peer);
  await server[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}

function perSecond(requests: number): string {
  return String(Math.round((requests * 1000) / RUN_MS)).padStart(6);
}

/** 1,000 pods that no scheduler takes up. */
async function fill(target: ApiTarget): Promise<void> {
  const session = openSession(target);
  const names = Array.from({ length: 1000 }, (_, index) => `pod-${index}`);
  for (let at = 0; at < names.length; at += IN_FLIGHT) {
    await Promise.all(
      names.slice(at, at + IN_FLIGHT).map(name => statusOf(request(session, target, 'POST', PODS, pod(name)))),
    );
  }
  session.close();
}

async function clear(target: ApiTarget): Promise<void> {
  const session = openSession(target);
  await statusOf(request(session, target, 'DELETE', `${PODS}?labelSelector=app%3Dbench&gracePeriodSeconds=0`));
  session.close();
}

/** In a process of its own, so that the client's CPU is not the server's. */
async function loaded(folder: string, name: string, target: ApiTarget): Promise<Rate> {
  const file = join(folder, 'target.json');
  await writeFile(file, JSON.stringify(target), { mode: 0o600 });
  const child = spawn(process.execPath, [import.meta.filename, name, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let answered = '';
  child.stdout.on('data', (chunk: Buffer) => (answered += chunk.toString()));
  await once(child, 'close');
  const rate = JSON.parse(answered) as Rate;
  if (rate.failed !== 0) throw new Error(`${rate.failed} requests failed`);
  return rate;
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
    const body = name === 'create' ? pod(`new-${process.pid}-${next++}`) : undefined;
    const status = await statusOf(request(session, target, body === undefined ? 'GET' : 'POST', path, body));
    if (status >= 300) failed += 1;
    took.push(performance.now() - at);
  };
  const client = async (): Promise<void> => {
    while (performance.now() - began < RUN_MS) await one();
  };
  await Promise.all(Array.from({ length: name === 'list' ? 4 : IN_FLIGHT }, client));
  session.close();
  took.sort((a, b) => a - b);
  console.log(JSON.stringify({ requests: took.length, failed, p50: took[took.length >> 1] }));
}

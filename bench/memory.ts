import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { native } from '../native/index.ts';
import { testServer } from '../plugins/apiserver/testing/test-server.ts';
import { openSqliteStore } from '../plugins/store-sqlite/sqlite-store.ts';
import { giveBackMemory } from '../src/cli/give-back-memory.ts';
import { hostWorld } from '../src/kernel/host-world.ts';
import { type ApiTarget, openSession, request } from './parts/api-target.ts';
import { clearPods, fillPods, PODS } from './parts/fill-pods.ts';
import { peerOf, peerResidentMb } from './parts/peer.ts';
import { processUsage } from './parts/process-usage.ts';

/**
 * Resident memory of API server and store with 14,000 pods of some 5 kB that were created through the API, once
 * they have been left alone for a while. The server runs in the process that also creates the pods.
 * `--peer-kubeconfig=FILE --peer-pid=SERVER,ETCD` takes another API server beside it.
 */
const COUNT = 14_000;
const VARIABLES = 40;
const SETTLE_MS = 15_000;
const pause = (ms: number): Promise<void> => new Promise(resume => setTimeout(resume, ms));

// As the server does.
using _memory = giveBackMemory(hostWorld().timers, () => native().giveBackFreeMemory());
const folder = await mkdtemp(join(tmpdir(), 'tiphys-bench-memory-'));
const store = await openSqliteStore({ folder: join(folder, 'store'), world: hostWorld() });
const server = await testServer({ store });
const peer = peerOf(process.argv);
const target = { url: server.url, ca: server.ca, token: 'token-admin' };
const ownMb = (): number => processUsage(process.pid).residentMb;

const [ours, bytes] = [await grown(target, ownMb), await bytesOf(target)];
console.log(`${COUNT} pods of ${bytes} bytes: ${ours}`);
if (peer !== undefined) {
  console.log(`   peer ${await grown(peer.target, () => peerResidentMb(peer))}`);
  console.log(`   ours 1/${(peerResidentMb(peer) / ownMb()).toFixed(1)} of its memory`);
  await clearPods(peer.target);
}
await server[Symbol.asyncDispose]();
await store[Symbol.asyncDispose]();
await rm(folder, { recursive: true });

async function grown(on: ApiTarget, residentMb: () => number): Promise<string> {
  const before = residentMb();
  await fillPods(on, COUNT, VARIABLES);
  await pause(SETTLE_MS);
  return `${before.toFixed(0)} MB resident before, ${residentMb().toFixed(0)} MB with them`;
}

async function bytesOf(on: ApiTarget): Promise<number> {
  const session = openSession(on);
  let bytes = 0;
  for await (const chunk of request(session, on, 'GET', `${PODS}/pod-0`)) bytes += (chunk as Buffer).length;
  session.close();
  return bytes;
}

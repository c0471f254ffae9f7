import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:http2';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testServer } from '../plugins/apiserver/testing/test-server.ts';
import { openSqliteStore } from '../plugins/store-sqlite/sqlite-store.ts';
import { hostWorld } from '../src/kernel/host-world.ts';

/**
 * The API over TLS and HTTP/2 with a bearer token, 64 requests in flight on one connection from a process of
 * its own: get, durable create on the SQLite store, list of 1,000 pods. CPU is the server's, store included;
 * the event loop's delay is what anybody else's request waits for besides its own work.
 * The peer's figures, kube-apiserver 1.20.2 and etcd 3.4.23 on one core of a machine as this, stand beside:
 * 234-675, 1,682-1,827 and 42,000-111,000 microseconds a request.
 */
const IN_FLIGHT = 64;
const RUN_MS = 3_000;
const PODS = '/api/v1/namespaces/default/pods';

const pod = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'bench', 'pod-template-hash': 'abc123' } },
  spec: {
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

const [mode, url = '', caFile = ''] = process.argv.slice(2);
if (mode === undefined) await serve();
else await load(mode, url, caFile);

async function serve(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tiphys-bench-api-'));
  const store = await openSqliteStore({ folder: join(folder, 'store'), world: hostWorld() });
  const server = await testServer({ store });
  const ca = join(folder, 'ca.crt');
  await writeFile(ca, server.ca);
  for (let i = 0; i < 1000; i++) await server.call(PODS, { method: 'POST', body: pod(`pod-${i}`) });
  for (const name of ['get', 'list', 'create']) {
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const child = spawn(process.execPath, [import.meta.filename, name, server.url, ca], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let answered = '';
    child.stdout.on('data', (chunk: Buffer) => (answered += chunk.toString()));
    await once(child, 'close');
    delay.disable();
    const { user, system } = process.cpuUsage(cpu);
    const { requests, failed, p50 } = JSON.parse(answered) as Record<string, number>;
    if (failed !== 0) throw new Error(`${failed} requests failed`);
    const perSecond = Math.round(((requests ?? 0) * 1000) / RUN_MS);
    const micros = Math.round((user + system) / (requests ?? 1));
    console.log(
      `${name.padEnd(7)} ${String(perSecond).padStart(6)}/s  p50 ${p50?.toFixed(2)} ms  ${micros} us CPU a request ` +
        `event loop held p99.9 ${(delay.percentile(99.9) / 1e6).toFixed(1)} ms, at most ${(delay.max / 1e6).toFixed(1)} ms ` +
        `(run of ${Math.round(performance.now() - began)} ms)`,
    );
  }
  await server[Symbol.asyncDispose]();
  await store[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}

async function load(name: string, target: string, ca: string): Promise<void> {
  const { readFileSync } = await import('node:fs');
  const session = connect(target, { ca: readFileSync(ca) });
  const took: number[] = [];
  let failed = 0;
  let next = 0;
  const began = performance.now();
  const one = async (): Promise<void> => {
    const body = name === 'create' ? JSON.stringify(pod(`new-${process.pid}-${next++}`)) : undefined;
    const path = name === 'get' ? `${PODS}/pod-${next++ % 1000}` : PODS;
    const stream = session.request({
      ':method': body === undefined ? 'GET' : 'POST',
      ':path': path,
      authorization: 'Bearer token-admin',
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    });
    const at = performance.now();
    stream.once('response', ({ ':status': status }) => {
      if (Number(status) >= 300) failed += 1;
    });
    stream.end(body);
    stream.resume();
    await once(stream, 'close');
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

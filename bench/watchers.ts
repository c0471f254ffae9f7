import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request as requestHttp1 } from 'node:https';
import { testServer } from '../plugins/apiserver/testing/test-server.ts';
import { LoopHold } from '../plugins/apiserver/testing/loop-hold.ts';

/**
 * A thousand watchers of ConfigMaps in a process of their own, first all reading, then a hundred of them stuck:
 * what a write costs the server and when the last healthy watcher has heard of it. Then reads by a healthy
 * client, quiet and under abuse: the 99th percentile and the longest time the event loop was held.
 * Aims: stuck watchers cost the others 10 % at most, abuse twice the quiet percentile, no hold beyond 100 ms.
 */
const WATCHERS = 1000;
const STUCK = 100;
const WRITES = 100;
const READ_MS = 3_000;
const MAPS = '/api/v1/namespaces/default/configmaps';
const TOKEN = { authorization: 'Bearer token-admin' };

const [mode, url = '', caFile = '', ...rest] = process.argv.slice(2);
if (mode === undefined) await serve();
else if (mode === 'watch') await watch(Number(rest[0]));
else if (mode === 'read') await read();
else await abuse(mode);

async function serve(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tiphys-bench-watchers-'));
  const server = await testServer();
  const ca = join(folder, 'ca.crt');
  await writeFile(ca, server.ca);
  const start = (...args: readonly string[]) =>
    spawn(process.execPath, [import.meta.filename, args[0] ?? '', server.url, ca, ...args.slice(1)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
  const data = { text: 'x'.repeat(2000) };
  const quiet: number[] = [];
  for (const stuck of [0, STUCK, 0, STUCK]) {
    const child = start('watch', String(stuck));
    await once(child.stdout, 'data');
    const heard = once(child.stdout, 'data');
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    for (let n = 0; n < WRITES; n++) {
      const name = `w-${stuck}-${Math.round(began)}-${n}`;
      await server.call(MAPS, { method: 'POST', body: { metadata: { name }, data } });
    }
    await heard;
    const { user, system } = process.cpuUsage(cpu);
    const ms = performance.now() - began;
    if (stuck === 0) quiet.push(ms);
    const ratio = stuck === 0 ? '' : `, ${(ms / (quiet.at(-1) ?? ms)).toFixed(2)} times as long as with none`;
    console.log(
      `${WATCHERS} watchers, ${String(stuck).padStart(3)} stuck: ${WRITES} writes told after ${Math.round(ms)} ms, ` +
        `${Math.round((user + system) / 1000)} ms CPU${ratio}`,
    );
    child.kill();
    await once(child, 'close');
  }
  using hold = new LoopHold();
  let calm = 0;
  for (const name of ['quiet', 'keys', 'lists', 'patches', 'yaml', 'resets', 'anonymous']) {
    const abuser = name === 'quiet' ? undefined : start(name);
    if (abuser !== undefined) await once(abuser.stdout, 'data');
    hold.reset();
    const reader = start('read');
    const [text] = (await once(reader.stdout, 'data')) as [Buffer];
    const p99 = Number(text.toString());
    calm ||= p99;
    console.log(
      `reads ${name === 'quiet' ? 'in quiet      ' : `under ${name.padEnd(9)}`} p99 ${p99.toFixed(1).padStart(6)} ms, ` +
        `${(p99 / calm).toFixed(1)} times quiet; loop held ${Math.round(hold.worstMs)} ms at most`,
    );
    abuser?.kill();
    if (abuser !== undefined) await once(abuser, 'close');
  }
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}

/** Ten sessions; tells when all watches stand, and when every healthy one has heard of all writes. */
async function watch(stuck: number): Promise<void> {
  const ca = await readFile(caFile);
  const list = await fetchText(MAPS, ca);
  const { resourceVersion } = (JSON.parse(list) as { readonly metadata: { readonly resourceVersion: string } })
    .metadata;
  const path = `${MAPS}?watch=1&resourceVersion=${resourceVersion}`;
  const sessions = Array.from({ length: 10 }, () => connect(url, { ca }));
  const done: Promise<void>[] = [];
  const standing: Promise<unknown>[] = [];
  for (let index = 0; index < WATCHERS; index++) {
    // The stuck ones share connections with nobody: a healthy client has its own.
    const session = index < stuck ? sessions[9] : sessions[index % 9];
    if (session === undefined) throw new Error('there are ten sessions');
    const stream = session.request({ ':path': path, ...TOKEN });
    standing.push(once(stream, 'response'));
    if (index < stuck) continue;
    const { promise, resolve } = Promise.withResolvers<void>();
    let events = 0;
    stream.on('data', (chunk: Buffer) => {
      for (const byte of chunk) if (byte === 0x0a) events += 1;
      if (events >= WRITES) resolve();
    });
    done.push(promise);
  }
  await Promise.all(standing);
  console.log('standing');
  await Promise.all(done);
  console.log('heard');
}

async function read(): Promise<void> {
  const ca = await readFile(caFile);
  const session = connect(url, { ca });
  const took: number[] = [];
  const began = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() - began < READ_MS) {
      const at = performance.now();
      const stream = session.request({ ':path': '/api/v1/namespaces/default', ...TOKEN });
      stream.resume();
      await once(stream, 'close');
      took.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: 8 }, client));
  session.destroy();
  took.sort((a, b) => a - b);
  console.log(took[Math.floor(took.length * 0.99)]);
}

/** Two requests at a time of the worst there is, until it is killed. */
async function abuse(kind: string): Promise<void> {
  const ca = await readFile(caFile);
  console.log('begun');
  const keys = (count: number): string => Array.from({ length: count }, (_, i) => `"k${i}":""`).join(',');
  const bodies: Readonly<Record<string, readonly [string, string, string]>> = {
    keys: ['POST', 'application/json', `{"metadata":{"generateName":"a"},"data":{${keys(19_000)}}}`],
    lists: ['POST', 'application/json', `{"metadata":{"generateName":"a"},"x":[${'[],'.repeat(1_000_000)}[]]}`],
    patches: ['PATCH', 'application/merge-patch+json', `{"metadata":{"labels":{${keys(19_000)}}}}`],
    yaml: ['POST', 'application/yaml', `metadata: {generateName: a}\nx:\n${'- a\n'.repeat(100_000)}`],
  };
  const body = bodies[kind];
  if (body === undefined) return floods(kind, ca);
  const [method, type, text] = body;
  const path = method === 'PATCH' ? `/api/v1/namespaces/default?dryRun=All` : `${MAPS}?dryRun=All`;
  const attacker = async (): Promise<void> => {
    for (;;) {
      await new Promise<void>(resolve => {
        const sent = requestHttp1(
          `${url}${path}`,
          { method, ca, headers: { ...TOKEN, 'content-type': type } },
          answer => {
            answer.resume();
            answer.once('close', resolve);
          },
        );
        sent.once('error', () => resolve());
        sent.end(text);
      });
    }
  };
  await Promise.all([attacker(), attacker()]);
}

async function floods(kind: string, ca: Buffer): Promise<void> {
  for (;;) {
    const session = connect(url, { ca });
    session.on('error', () => session.destroy());
    const over = new Promise(resolve => void session.once('close', resolve));
    await once(session, 'connect');
    for (let sent = 0; sent < 500 && !session.destroyed; sent++) {
      const stream = session.request({ ':path': MAPS, ...(kind === 'resets' ? TOKEN : {}) });
      stream.on('error', () => undefined);
      if (kind === 'resets') stream.close(8);
      else stream.resume();
    }
    if (kind === 'resets') session.destroy();
    await over;
  }
}

async function fetchText(path: string, ca: Buffer): Promise<string> {
  const session = connect(url, { ca });
  const stream = session.request({ ':path': path, ...TOKEN });
  let text = '';
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(stream, 'close');
  session.close();
  return text;
}

import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { request as requestHttp1 } from 'node:https';
import { LANE_LIMITS, type LaneLimits } from '../src/base/heavy-lane.ts';
import { testServer, type TestServer } from '../plugins/apiserver/testing/test-server.ts';
import { WIDE_BODIES } from '../plugins/apiserver/testing/wide-bodies.ts';
import { LoopHold } from '../plugins/apiserver/testing/loop-hold.ts';

/**
 * A thousand watchers of ConfigMaps in a process of their own, first all reading, then a hundred of them stuck:
 * what a write costs the server and when the last healthy watcher has heard of it. Then how long objects as wide
 * as are let in hold the event loop, each sent alone. Then reads by a healthy client, quiet and under abuse by turns,
 * as 99th percentiles: what they took the client, eight always under way and one every few milliseconds, from when it
 * is due to its whole answer; of the latter, what is the server's, from when it was sent to when its answer went out by
 * the clock that both have (the rest is the client's, which comes late where others have its processor); and what
 * anybody has to wait for the loop in processor time, whatever else the machine does.
 * Flags name parts, `--watchers --wide --keys` and so on; all run where none is named. With `--apart` the server has the
 * first processor for itself, quiet or not, and of the second the reader takes what it needs and who floods has the rest
 * (`taskset`, `nice`), as if they were machines of their own: on one of two processors readings otherwise tell as well
 * how three programs share them, which the server cannot change.
 * Aims: stuck watchers cost the others 10 % at most, abuse twice the quiet percentile, no hold beyond 100 ms.
 */
const WATCHERS = 1000;
const STUCK = 100;
const WRITES = 100;
const FULL_MS = 1_000;
const STEADY_MS = 2_000;
const PACE_MS = 4;
const ROUNDS = 3;
/** The server gives back this header of a request: here it says when that was sent. */
const SENT = 'audit-id';
/** Abuse has begun before reading does. */
const SETTLE_MS = 500;
const ABUSES = ['keys', 'lists', 'patches', 'yaml', 'resets', 'anonymous'];
const MAPS = '/api/v1/namespaces/default/configmaps';
const TOKEN = { authorization: 'Bearer token-admin' };
const ALL = { name: 'all', authorize: () => ({ allowed: true }) };
const tokenOf = (user: string) => ({ authorization: `Bearer token-${user}` });

/** Of reads at a steady pace, from when each was sent to its answer. */
const answeredMs: number[] = [];
const READINGS = ['at full speed', 'at a steady pace', 'of that the server’s'];

const flags = process.argv.slice(2).filter(arg => arg.startsWith('--'));
const isApart = flags.includes('--apart');
// Flags with values are others': all benches are given the same.
const asked = flags.filter(flag => flag !== '--apart' && !flag.includes('=')).map(flag => flag.slice(2));
const isAsked = (part: string): boolean => asked.length === 0 || asked.includes(part);
const [mode, url = '', caFile = '', ...rest] = process.argv.slice(2).filter(arg => !arg.startsWith('--'));
if (mode === undefined) await serve();
else if (mode === 'watch') await watch(Number(rest[0]));
else if (mode === 'wide') await sendWide(Number(rest[0]));
else if (mode === 'read') await read();
else await abuse(mode);

async function serve(): Promise<void> {
  if (isApart) spawnSync('taskset', ['-a', '-c', '-p', '0', String(process.pid)]);
  const folder = await mkdtemp(join(tmpdir(), 'tiphys-bench-watchers-'));
  const ca = join(folder, 'ca.crt');
  const withServer = async (lane: LaneLimits, run: (server: TestServer, start: Start) => Promise<void>) => {
    await using server = await testServer({ lane, authorizers: [ALL] });
    await writeFile(ca, server.ca);
    await run(server, (part, ...args) => {
      const own = [import.meta.filename, part, server.url, ca, ...args];
      const last = ['nice', '-n', ABUSES.includes(part) ? '19' : '0', process.execPath, ...own];
      const stdio: ['pipe', 'pipe', 'inherit'] = ['pipe', 'pipe', 'inherit'];
      return isApart ? spawn('taskset', ['-c', '1', ...last], { stdio }) : spawn(process.execPath, own, { stdio });
    });
  };
  if (isAsked('watchers')) await withServer(LANE_LIMITS, tellWatchers);
  // Nobody waits for what these owe: it is asked how long each holds the loop.
  if (isAsked('wide')) await withServer({ ...LANE_LIMITS, share: 1 }, judgeWide);
  watchAnswers();
  await withServer(LANE_LIMITS, async (_server, start) => {
    for (const kind of ABUSES.filter(isAsked)) await readBeside(kind, start);
  });
  await rm(folder, { recursive: true });
}

type Start = (part: string, ...args: readonly string[]) => ChildProcessByStdio<Writable, Readable, null>;

async function tellWatchers(server: TestServer, start: Start): Promise<void> {
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
}

async function judgeWide(_server: TestServer, start: Start): Promise<void> {
  for (const [index, { name, json }] of WIDE_BODIES.entries()) {
    using hold = new LoopHold();
    const child = start('wide', String(index));
    const [codes] = (await once(child.stdout, 'data')) as [Buffer];
    const size = `${Math.round(json.length / 1000)} kB`;
    console.log(
      `${name.padEnd(22)} ${size.padStart(7)}: ${codes.toString().trim()}, loop held ${Math.round(hold.worstMs)} ms at most`,
    );
    await once(child, 'close');
  }
}

/** Rounds of quiet and abuse by turns: what else the machine does befalls both, and medians stand for them. */
async function readBeside(kind: string, start: Start): Promise<void> {
  using hold = new LoopHold();
  const p99 = async (): Promise<readonly number[]> => {
    answeredMs.length = 0;
    const reader = start('read');
    const [text] = (await once(reader.stdout, 'data')) as [Buffer];
    return [...text.toString().trim().split(' ').map(Number), p99Of(answeredMs)];
  };
  const [quiet, beside]: [(readonly number[])[], (readonly number[])[]] = [[], []];
  const [quietWaits, waits]: [number[], number[]] = [[], []];
  let heldMs = 0;
  for (let round = 0; round < ROUNDS; round++) {
    hold.reset();
    quiet.push(await p99());
    quietWaits.push(hold.wait99Ms);
    const abuser = start(kind);
    await once(abuser.stdout, 'data');
    await sleep(SETTLE_MS);
    hold.reset();
    beside.push(await p99());
    waits.push(hold.wait99Ms);
    heldMs = Math.max(heldMs, hold.worstMs);
    abuser.kill();
    await once(abuser, 'close');
  }
  const told = READINGS.map((name, at) => {
    const [calm, busy] = [quiet, beside].map(rounds => median(rounds.map(each => each[at] ?? 0)));
    if (calm === undefined || busy === undefined) throw new Error('there are two readings');
    const ratio = (busy / calm).toFixed(1);
    return `${name} p99 ${calm.toFixed(1)} -> ${busy.toFixed(1)} ms, ${ratio} times quiet`;
  });
  const [before, wait] = [median(quietWaits), median(waits)];
  told.push(
    `wait for the loop p99 ${before.toFixed(1)} -> ${wait.toFixed(1)} ms CPU, ${(wait / before).toFixed(1)} times`,
  );
  console.log(`reads beside ${kind.padEnd(11)} ${told.join('; ')}; loop held ${Math.round(heldMs)} ms at most`);
}

function watchAnswers(): void {
  subscribe('http2.server.stream.finish', message => {
    const { headers } = message as { readonly headers: Readonly<Record<string, unknown>> };
    const sent = /^sent-(\d+)$/.exec(String(headers[SENT]))?.[1];
    if (sent !== undefined) answeredMs.push(Number(process.hrtime.bigint() - BigInt(sent)) / 1e6);
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
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

async function sendWide(index: number): Promise<void> {
  const [ca, body] = [await readFile(caFile), WIDE_BODIES[index]];
  if (body === undefined) throw new Error('there is no such body');
  const path = `/api/v1/namespaces/default/${body.resource}?dryRun=All`;
  const codes = new Set<number>();
  for (let times = 0; times < 5; times++) {
    codes.add(await send(path, { method: 'POST', type: 'application/json', text: body.json, user: 'wide' }, ca));
  }
  console.log(...codes);
}

async function read(): Promise<void> {
  const ca = await readFile(caFile);
  const session = connect(url, { ca });
  const readOne = async (at: number, more: Readonly<Record<string, string>> = {}): Promise<number> => {
    const stream = session.request({ ':path': '/api/v1/namespaces/default', ...TOKEN, ...more });
    stream.resume();
    await once(stream, 'close');
    return performance.now() - at;
  };
  const full: number[] = [];
  const began = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() - began < FULL_MS) full.push(await readOne(performance.now()));
  };
  await Promise.all(Array.from({ length: 8 }, client));
  // From when each is due, sent or not: waiting counts.
  const steady: Promise<number>[] = [];
  for (const start = performance.now(); steady.length * PACE_MS < STEADY_MS; ) {
    const due = start + steady.length * PACE_MS;
    if (due > performance.now()) await sleep(1);
    else steady.push(readOne(due, { [SENT]: `sent-${process.hrtime.bigint()}` }));
  }
  console.log(`${p99Of(full)} ${p99Of(await Promise.all(steady))}`);
  session.destroy();
}

function p99Of(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * 0.99)] ?? 0;
}

/** Two requests at a time of the worst there is, until it is killed. */
async function abuse(kind: string): Promise<void> {
  const ca = await readFile(caFile);
  console.log('begun');
  const keys = (count: number): string => Array.from({ length: count }, (_, i) => `"k${i}":""`).join(',');
  const bodies: Readonly<Record<string, readonly [string, string, string]>> = {
    keys: ['POST', 'application/json', `{"metadata":{"generateName":"a"},"data":{${keys(19_000)}}}`],
    lists: [
      'POST',
      'application/json',
      `{"metadata":{"generateName":"a"},"x":[${`[${'[],'.repeat(999)}[]],`.repeat(1000)}[]]}`,
    ],
    patches: ['PATCH', 'application/merge-patch+json', `{"metadata":{"labels":{${keys(19_000)}}}}`],
    yaml: [
      'POST',
      'application/yaml',
      `metadata: {generateName: a}\nx:\n${`-\n${'  - a\n'.repeat(1000)}`.repeat(100)}`,
    ],
  };
  const body = bodies[kind];
  if (body === undefined) return floods(kind, ca);
  const [method, type, text] = body;
  const path = method === 'PATCH' ? `/api/v1/namespaces/default?dryRun=All` : `${MAPS}?dryRun=All`;
  const attacker = async (): Promise<void> => {
    for (;;) {
      await send(path, { method, type, text, user: 'heavy' }, ca);
    }
  };
  await Promise.all([attacker(), attacker()]);
}

interface Sent {
  readonly method: string;
  readonly type: string;
  readonly text: string;
  readonly user: string;
}

/** Its code, 0 where the connection was cut. */
function send(path: string, sent: Sent, ca: Buffer): Promise<number> {
  return new Promise(resolve => {
    const { method, type, text, user } = sent;
    const options = { method, ca, headers: { ...tokenOf(user), 'content-type': type } };
    const request = requestHttp1(`${url}${path}`, options, answer => {
      answer.resume();
      answer.once('close', () => resolve(answer.statusCode ?? 0));
    });
    request.once('error', () => resolve(0));
    request.end(text);
  });
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

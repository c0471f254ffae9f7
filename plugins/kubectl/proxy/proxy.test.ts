import { execFile, type ExecFileException } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { kubectlBinaries } from '../../../test/node/kubectl-binaries.ts';
import type { ConnectHandler } from '../../apiserver/contract.ts';
import { testServer, type TestServer } from '../../apiserver/testing/test-server.ts';
import { capturedRun, type CapturedRun } from '../testing/captured-run.ts';
import { startOwn, startReal, type StartedRun } from '../testing/started-run.ts';

const binary = kubectlBinaries().get('1.33') ?? '';
if (binary === '') process.stderr.write('there is no kubectl 1.33: our own proxy is NOT compared with it\n');

interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What differs from one answer to the next, and how a connection is kept. */
const UNSTEADY = ['date', 'connection', 'keep-alive', 'transfer-encoding', 'audit-id'];

async function ask(where: Where, { path, method = 'GET', headers = {}, body }: Asked): Promise<Answer> {
  const sent = request({ ...where, path, method, headers, agent: false });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const [, boundary = '---'] = /boundary=(\w+)/.exec(answer.headers['content-type'] ?? '') ?? [];
  const steady = (value: unknown): string => plain(String(value)).replaceAll(boundary, 'BOUNDARY');
  const kept = Object.entries(answer.headers).filter(([name]) => !UNSTEADY.includes(name));
  const shown = kept.map(([name, value]) => [name, steady(value)] as const);
  return { status: answer.statusCode, headers: Object.fromEntries(shown), body: steady(await text(answer)) };
}

/** Without what lists and objects have of their moment. */
const plain = (body: string): string => body.replaceAll(/"(resourceVersion|uid)":"[^"]*"/g, '"$1":"X"');

type Where = { readonly host: string; readonly port: number } | { readonly socketPath: string };

const whereOf = ({ line }: StartedRun): Where => {
  const [, address = ''] = /^Starting to serve on (.*)\n$/.exec(line) ?? [];
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(address) ?? [];
  return port === '' ? { socketPath: address } : { host: host.replaceAll(/[[\]]/g, ''), port: Number(port) };
};

const RANGES = [
  'bytes=0-0',
  'bytes=2-4',
  'bytes=5-',
  'bytes=-3',
  'bytes=-99',
  'bytes=0-99',
  'bytes=-0',
  'bytes= 1 - 2 ',
  'bytes=0-1,3-4',
  'bytes=8-9, 0-0,',
  'bytes=0-5,0-5',
  'bytes=1-2,99-',
  'bytes=10-',
  'bytes=99-',
  'bytes=',
  'bytes=2-1',
  'bytes=a-b',
  'bytes=1',
  'lines=1-2',
  'bytes=--1',
  'bytes=-',
  'bytes=1-2-3',
];

const JSON_TYPE = { 'content-type': 'application/json' };

const ROWS: readonly (readonly [string, readonly string[], readonly Asked[]])[] = [
  [
    'the whole API',
    [],
    [
      { path: '/version' },
      { path: '/api/v1/namespaces/kube-system/configmaps?limit=1' },
      { path: '/api/v1/namespaces/default/configmaps/none' },
      { path: '/apis/nothing' },
      { path: '/api//v1' },
      { path: '/api/../version?a=b' },
      { path: '/api/v1/%2e%2e/x' },
      { path: '/version', headers: { host: 'localhost:1' } },
      { path: '/version', headers: { host: '[::1]' } },
      { path: '/version', headers: { host: '[::1]:80' } },
      { path: '/version', headers: { host: 'example.com' } },
      { path: '/api/v1/namespaces/default/pods/p/exec?command=x' },
      { path: '/api/v1/namespaces/default/pods/p/%65xec?command=x' },
      { path: '/api/v1/namespaces/default/pods/p/attach', method: 'POST' },
      { path: '/version', headers: { authorization: 'Bearer nobody' } },
      { path: '/api/v1/nodes', headers: { 'impersonate-user': 'nobody' } },
      { path: '/static/x' },
      { path: '/version', method: 'HEAD' },
      { path: '/api/v1/namespaces/default/configmaps?dryRun=All', method: 'POST', headers: JSON_TYPE, body: '{' },
      {
        path: '/api/v1/namespaces/default/configmaps/none',
        method: 'DELETE',
        headers: { 'transfer-encoding': 'chunked' },
        body: '{}',
      },
    ],
  ],
  [
    'part of it and files',
    ['--www=www', '--www-prefix=/files', '--api-prefix=/api'],
    [
      { path: '/api/v1/namespaces/default/configmaps/none' },
      { path: '/api' },
      { path: '/version' },
      { path: '/files' },
      { path: '/files/' },
      { path: '/files/a.txt' },
      { path: '/files/a.txt', method: 'HEAD' },
      { path: '/files/a.txt/' },
      { path: '/files/data.json' },
      { path: '/files/plain' },
      { path: '/files/bytes' },
      { path: '/files/sub?q=1' },
      { path: '/files/sub/' },
      { path: '/files/sub/index.html?q=1' },
      { path: '/files/a.txt', headers: { 'if-modified-since': 'Sun, 29 Nov 2099 00:00:00 GMT' } },
      { path: '/files/', headers: { 'if-modified-since': 'Sun, 29 Nov 2099 00:00:00 GMT' } },
      { path: '/files/none' },
      ...RANGES.map(range => ({ path: '/files/range.txt', headers: { range } })),
      { path: '/files/range.txt', method: 'HEAD', headers: { range: 'bytes=1-2' } },
      { path: '/files/range.txt', method: 'HEAD', headers: { range: 'bytes=1-2,4-5' } },
      { path: '/files/empty', headers: { range: 'bytes=1-2' } },
      { path: '/files/sub/', headers: { range: 'bytes=1-2' } },
      { path: '/files/', headers: { range: 'bytes=1-2' } },
      { path: '/files/range.txt', headers: { range: 'bytes=1-2', 'if-range': 'Sat, 01 Jan 2000 00:00:00 GMT' } },
      { path: '/files/range.txt', headers: { range: 'bytes=1-2', 'if-range': 'Sun, 29 Nov 2099 00:00:00 GMT' } },
      { path: '/files/range.txt', headers: { range: 'bytes=1-2', 'if-range': '"tag"' } },
      { path: '/files/..%2f..%2fcm.yaml' },
      { path: '/files/%2e%2e/cm.yaml' },
    ],
  ],
  [
    'another root and other rules',
    [
      '--api-prefix=/custom/',
      '--accept-paths=^/version$,^/api',
      '--reject-paths=secrets',
      '--accept-hosts=^example',
      '--reject-methods=POST,PUT',
    ],
    [
      { path: '/custom/version', headers: { host: 'example.org:3' } },
      { path: '/custom', headers: { host: 'example.org' } },
      { path: '/version', headers: { host: 'example.org' } },
      { path: '/custom/version' },
      { path: '/custom/apis', headers: { host: 'example.org' } },
      { path: '/custom/healthz', headers: { host: 'example.org' } },
      { path: '/custom/api/v1/secrets', headers: { host: 'example.org' } },
      { path: '/custom/api/v1/namespaces', method: 'POST', headers: { host: 'example.org' } },
    ],
  ],
  ['no rules at all', ['--disable-filter'], [{ path: '/version', headers: { host: 'example.com' } }]],
];

/** Lines that end at once. */
const REFUSED: readonly (readonly string[])[] = [
  ['--port=8002', '--unix-socket=x'],
  ['--port=-1'],
  ['--port=70000'],
  ['--port=x'],
  ['--address=::1', '--port=0'],
  ['--unix-socket=no/such/folder'],
  ['--accept-paths=['],
  ['--port=TAKEN'],
];

/** Lines of the real one's log begin with a moment and a place, and one that ends it is followed by stacks. */
const messages = (stderr: string): readonly string[] =>
  stderr
    .replace(/\n\n(goroutine|\s).*$/s, '\n')
    .split('\n')
    .map(line => line.replace(/^([WEF])(?:\d{4} \S+ +\d+ [\w.]+:\d+| proxy)\] /, '$1 '));

const EXEC: ConnectHandler = {
  resource: 'configmaps',
  subresource: 'exec',
  verbs: ['get', 'create'],
  async upgrade({ name }, socket, head) {
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n${name}:`);
    socket.write(head);
    socket.pipe(socket);
  },
};
const EXEC_PATH = '/api/v1/namespaces/default/configmaps/a/exec';

/** What an upgraded connection answers to `hello`, or how it is refused. */
async function upgrade(where: Where, path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const sent = request({
    ...where,
    path,
    headers: { connection: 'upgrade', upgrade: 'echo', ...headers },
    agent: false,
  });
  sent.end();
  const [answer, socket, head] = await new Promise<[IncomingMessage, Socket | undefined, Buffer]>((resolve, reject) => {
    sent.once('upgrade', (...all: [IncomingMessage, Socket, Buffer]) => resolve(all));
    sent.once('response', response => resolve([response, undefined, Buffer.alloc(0)]));
    sent.once('error', reject);
  });
  if (socket === undefined) return `${answer.statusCode} ${(await text(answer)).slice(0, 40)}`;
  let seen = head.toString();
  socket.write('hello');
  for await (const chunk of socket) {
    seen += String(chunk);
    if (seen.endsWith('hello')) break;
  }
  return `${answer.statusCode} ${answer.headers.upgrade} ${seen}`;
}

function ended(words: readonly string[], folder: string): Promise<CapturedRun> {
  return new Promise(done => {
    execFile(binary, words, { cwd: folder, timeout: 20_000 }, (error: ExecFileException | null, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}

let server: TestServer;
let folder: string;
let kubeconfig: string;
beforeAll(async () => {
  server = await testServer({}, { connects: [EXEC] });
  folder = await mkdtemp(join(tmpdir(), 'tiphys-proxy-'));
  kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, server.kubeconfig);
  await mkdir(join(folder, 'www/sub'), { recursive: true });
  await writeFile(join(folder, 'cm.yaml'), 'secret');
  await writeFile(join(folder, 'www/a.txt'), 'a text\n');
  await writeFile(join(folder, 'www/range.txt'), '0123456789');
  await utimes(join(folder, 'www/range.txt'), 946_684_800, 946_684_800);
  await writeFile(join(folder, 'www/empty'), '');
  await writeFile(join(folder, 'www/data.json'), '{}');
  await writeFile(join(folder, 'www/plain'), 'grüß\n');
  await writeFile(join(folder, 'www/bytes'), Uint8Array.of(0, 1, 2));
  await writeFile(join(folder, `www/q'&#?".txt`), '');
  await writeFile(join(folder, 'www/sub/index.html'), '<p>here</p>');
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const own = (...words: readonly string[]): Promise<StartedRun> =>
  startOwn(hostWorld(), ['proxy', `--kubeconfig=${kubeconfig}`, ...words], folder);
const real = (...words: readonly string[]): Promise<StartedRun> =>
  startReal(binary, ['proxy', `--kubeconfig=${kubeconfig}`, ...words], folder);
const withoutPort = (line: string): string => line.replace(/:\d+\n$/, '');

describe.skipIf(binary === '')('proxy of our own kubectl and of the real one', () => {
  it.each(ROWS)('answer the same: %s', async (_, words, asked) => {
    const [theirs, ours] = await Promise.all([real('--port=0', ...words), own('--port=0', ...words)]);
    expect(withoutPort(ours.line)).toBe(withoutPort(theirs.line));
    for (const each of asked) {
      expect([each, await ask(whereOf(ours), each)]).toEqual([each, await ask(whereOf(theirs), each)]);
    }
    const upgraded = await Promise.all([ours, theirs].map(run => upgrade(whereOf(run), EXEC_PATH)));
    expect(upgraded[0]).toBe(upgraded[1]);
    const [told, known] = await Promise.all([ours.end(), theirs.end()]);
    expect(messages(told)).toEqual(messages(known));
  });

  it.each(REFUSED.map(words => [words] as const))('end the same: %j', async given => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = String((taken.address() as AddressInfo).port);
    const words = ['proxy', `--kubeconfig=${kubeconfig}`, ...given.map(word => word.replace('TAKEN', port))];
    const [theirs, ours] = await Promise.all([ended(words, folder), capturedRun(hostWorld(), words, { folder })]);
    taken.close();
    expect({ ...ours, stderr: messages(ours.stderr) }).toEqual({ ...theirs, stderr: messages(theirs.stderr) });
  });
});

describe('proxy of our own kubectl', () => {
  it('hands upgraded connections over, unless a rule is against them', async () => {
    const run = await own('--port=0', '--reject-paths=configmaps/b/');
    expect(await upgrade(whereOf(run), EXEC_PATH)).toBe('101 echo a:hello');
    expect(await upgrade(whereOf(run), EXEC_PATH.replace('/a/', '/b/'))).toBe('403 Forbidden\n');
    expect(await upgrade(whereOf(run), EXEC_PATH, { host: 'example.com' })).toBe('403 Forbidden\n');
    expect(await upgrade(whereOf(run), EXEC_PATH, { authorization: 'Bearer nobody' })).toMatch(/^401 /);
    expect(await run.end()).toBe('');
  });

  it('carries a watch as it comes, and ends it when the client does', async () => {
    const run = await own('--port=0');
    const sent = request({ ...whereOf(run), path: '/api/v1/namespaces?watch=true', agent: false });
    sent.end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    await server.call('/api/v1/namespaces', { method: 'POST', body: { metadata: { name: 'watched' } } });
    for await (const chunk of answer) if (String(chunk).includes('watched')) break;
    expect(await run.end()).toBe('');
  });

  it('listens on a socket that is its user’s alone, in place of one left behind', async () => {
    const path = join(folder, 'socket');
    const left = createServer().listen(path);
    await once(left, 'listening');
    const run = await own(`--unix-socket=${path}`);
    expect(run.line).toBe(`Starting to serve on ${path}\n`);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    expect(await ask(whereOf(run), { path: '/version', headers: { host: 'localhost' } })).toMatchObject({
      status: 200,
    });
    await run.end();
    left.close();
  });

  it('tells of a cluster that is not there, and goes on', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    gone.close();
    const run = await own('--port=0', `--server=http://127.0.0.1:${port}`);
    const refused = `dial tcp 127.0.0.1:${port}: connect: connection refused`;
    expect(await ask(whereOf(run), { path: '/version' })).toMatchObject({ status: 500, body: `${refused}\n` });
    expect(await upgrade(whereOf(run), EXEC_PATH)).toBe(`500 ${refused}\n`.slice(0, 44));
    expect(await run.end()).toBe(`E proxy] Error while proxying request: ${refused}\n`.repeat(2));
  });
});

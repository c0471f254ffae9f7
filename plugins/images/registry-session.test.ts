import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../../src/base/testing/scratch-folder.ts';
import type { World } from '../../src/base/world.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import type { RegistryCredential } from './contract.ts';
import { digestOf } from './digest.ts';
import { downloadBlob } from './download-blob.ts';
import { IMAGE_LIMITS } from './limits.ts';
import { RegistrySession } from './registry-session.ts';
import { type Deadlines, RegistryTransport } from './registry-transport.ts';
import { type LyingRegistry, startLyingRegistry } from './testing/lying-registry.ts';

const pauses: number[] = [];
const world: World = {
  ...hostWorld(),
  timers: { ...hostWorld().timers, sleep: async delay => void pauses.push(delay) },
};
const open: (() => void)[] = [];
afterEach(() => {
  pauses.length = 0;
  for (const close of open.splice(0)) close();
});

async function registry(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<LyingRegistry> {
  const server = await startLyingRegistry(answer);
  open.push(() => server.stop());
  return server;
}
function session(
  server: LyingRegistry,
  credentials: readonly RegistryCredential[] = [],
  deadlines?: Deadlines,
): RegistrySession {
  const transport = new RegistryTransport(world, deadlines);
  open.push(() => void transport.close());
  const endpoint = {
    base: new URL(`http://${server.host}/v2`),
    repository: 'app',
    namespace: undefined,
    auth: undefined,
    tls: { ca: undefined, cert: undefined, key: undefined, insecure: false },
  };
  return new RegistrySession(
    world,
    transport,
    endpoint,
    credentials,
    new AbortController().signal,
    IMAGE_LIMITS.attempts,
  );
}
const fred = { registry: 'r', username: 'fred', password: 'word' };
const wilma = { registry: 'r', username: 'wilma', password: 'word' };
const basic = (name: string): string => `Basic ${Buffer.from(`${name}:word`).toString('base64')}`;

describe('RegistrySession', () => {
  it('gets a token for the scope it was told, tries the next login, and keeps the token', async () => {
    const server = await registry((request, response) => {
      const url = new URL(request.url ?? '', `http://${request.headers.host}`);
      if (url.pathname === '/token') {
        const known = request.headers.authorization === basic('wilma');
        response.writeHead(known ? 200 : 401).end(known ? JSON.stringify({ access_token: 'T0' }) : '');
      } else if (request.headers.authorization === 'Bearer T0') {
        response.end('manifest');
      } else {
        const challenge = `Bearer realm="http://${request.headers.host}/token",service="the, service",scope="repository:app:pull"`;
        response.writeHead(401, { 'www-authenticate': challenge }).end();
      }
    });
    const asking = session(server, [fred, wilma]);
    for (const path of ['app/manifests/1', 'app/manifests/2']) {
      const { body } = await asking.get(path, {});
      expect(String(await body.toArray())).toBe('manifest');
    }
    const query = 'service=the%2C+service&scope=repository%3Aapp%3Apull';
    expect(server.asked.map(({ path, authorization }) => [path, authorization])).toEqual([
      ['/v2/app/manifests/1', undefined],
      [`/token?${query}&account=fred`, basic('fred')],
      [`/token?${query}&account=wilma`, basic('wilma')],
      ['/v2/app/manifests/1', 'Bearer T0'],
      ['/v2/app/manifests/2', 'Bearer T0'],
    ]);
  });

  it('gives up when every login was refused, without a storm', async () => {
    const server = await registry((_, response) =>
      response.writeHead(401, { 'www-authenticate': 'Basic realm=x' }).end(),
    );
    await expect(session(server, [fred]).get('app/manifests/1', {})).rejects.toMatchObject({ code: 'Denied' });
    expect(server.asked.map(({ authorization }) => authorization)).toEqual([undefined, basic('fred')]);
    expect(pauses).toEqual([]);
  });

  it('tells no other host who it is, whether by redirect or by challenge of that host', async () => {
    const thief = await registry((request, response) =>
      request.url === '/open'
        ? response.end('blob')
        : response.writeHead(401, { 'www-authenticate': 'Basic realm=x' }).end(),
    );
    const server = await registry((request, response) => {
      if (request.headers.authorization === undefined) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm=x' }).end();
      } else {
        response
          .writeHead(307, { location: `http://${thief.host}/${request.url?.endsWith('open') ? 'open' : 'x'}` })
          .end();
      }
    });
    const { body } = await session(server, [fred]).get('app/blobs/open', {});
    expect(String(await body.toArray())).toBe('blob');
    await expect(session(server, [fred]).get('app/blobs/closed', {})).rejects.toMatchObject({ code: 'Status' });
    expect(thief.asked.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
  });

  it.each([
    ['runs in circles', '/v2/app/manifests/1', 'stopped after 5 redirects'],
    ['leads to a file', 'file:///etc/passwd', 'redirect to "file:///etc/passwd"'],
  ])('stops at a redirect that %s', async (_, location, message) => {
    const server = await registry((__, response) => response.writeHead(302, { location }).end());
    await expect(session(server).get('app/manifests/1', {})).rejects.toThrow(message);
    expect(server.asked.length).toBeLessThan(8);
  });

  it('tries again what may pass, with growing pauses, and nothing else', async () => {
    let left = 3;
    const server = await registry((request, response) => {
      if (request.url?.endsWith('gone')) response.writeHead(404).end();
      else if ((left -= 1) === 1) response.destroy();
      else if (left >= 0) response.writeHead(503).end();
      else response.end('at last');
    });
    const { body } = await session(server).get('app/manifests/1', {});
    expect(String(await body.toArray())).toBe('at last');
    expect(pauses).toHaveLength(3);
    expect(pauses[2]).toBeGreaterThan((pauses[0] ?? 0) * 2);
    await expect(session(server).get('app/manifests/gone', {})).rejects.toMatchObject({
      code: 'NotFound',
      message: `unexpected status from GET request to http://${server.host}/v2/app/manifests/gone: 404 Not Found`,
    });
    expect(pauses).toHaveLength(3);
  });

  it('says which address does not answer', async () => {
    const server = await registry(() => undefined);
    server.stop();
    await expect(session(server).get('app/manifests/1', {})).rejects.toMatchObject({
      code: 'Unreachable',
      message: `failed to do request: Get "http://${server.host}/v2/app/manifests/1": dial tcp ${server.host}: connect: connection refused`,
    });
  });
});

describe('downloadBlob', () => {
  const content = Buffer.from('0123456789'.repeat(1000));
  const descriptor = { mediaType: 'm', digest: digestOf(content), size: content.length };
  const fetch = async (server: LyingRegistry, deadlines?: Deadlines): Promise<Buffer> => {
    const folder = await scratchFolder();
    const target = join(folder, 'blob');
    await downloadBlob(world, session(server, [], deadlines), descriptor, target, new AbortController().signal);
    return readFileSync(target);
  };

  it('gives a registry up that falls silent in the middle, and one that never says a word', async () => {
    const silent = { headersMs: 300, idleBodyMs: 300 };
    for (const words of [5000, 0]) {
      const server = await registry((_, response) => {
        if (words > 0) response.writeHead(200).write(content.subarray(0, words));
      });
      await expect(fetch(server, silent)).rejects.toMatchObject({
        code: words > 0 ? 'Interrupted' : 'Unreachable',
        message: expect.stringContaining(words > 0 ? 'Body Timeout' : 'Headers Timeout'),
      });
      expect(server.asked).toHaveLength(IMAGE_LIMITS.attempts);
    }
  });

  it('gives a registry up that breaks off after each byte', async () => {
    const server = await registry((request, response) => {
      const from = Number(/^bytes=([0-9]+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(from === 0 ? 200 : 206, { 'content-range': `bytes ${from}-9/10` });
      response.write(content.subarray(from, from + 1), () => response.destroy());
    });
    await expect(fetch(server)).rejects.toMatchObject({ code: 'Interrupted' });
    expect(server.asked.length).toBeLessThan(IMAGE_LIMITS.resumes * 2);
  });

  it('goes on by Range where a connection broke', async () => {
    let breaks = 3;
    const server = await registry((request, response) => {
      const from = Number(/^bytes=([0-9]+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const headers = { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
      response.writeHead(from === 0 ? 200 : 206, headers);
      if ((breaks -= 1) < 0) return void response.end(content.subarray(from));
      response.write(content.subarray(from, from + 2000), () => response.destroy());
    });
    expect((await fetch(server)).equals(content)).toBe(true);
    expect(server.asked[0]?.range).toBeUndefined();
    expect(server.asked.length).toBeGreaterThan(1);
    for (const { range } of server.asked.slice(1)) expect(range).toMatch(/^(bytes=[0-9]+-)?$/);
  });

  it('starts over where the server knows no ranges', async () => {
    let first = true;
    const server = await registry((_, response) => {
      if (!first) return void response.end(content);
      first = false;
      response.writeHead(200).write(content.subarray(0, 5000), () => response.destroy());
    });
    expect((await fetch(server)).equals(content)).toBe(true);
  });

  it.each([
    ['another blob', (response: ServerResponse) => response.end(Buffer.alloc(content.length, 'x')), 'BadDigest', 1],
    ['more than was promised', (response: ServerResponse) => response.end(Buffer.alloc(1 << 20)), 'BadSize', 1],
    ['less, again and again', (response: ServerResponse) => response.end('short'), 'Interrupted', 4],
    [
      'another part than asked',
      (response: ServerResponse) => response.writeHead(206, { 'content-range': 'bytes 7-9/10' }).end('789'),
      'Status',
      1,
    ],
  ] as const)('refuses %s', async (_, answer, code, requests) => {
    const server = await registry((__, response) => void answer(response));
    await expect(fetch(server)).rejects.toMatchObject({ code });
    expect(server.asked).toHaveLength(requests);
  });
});

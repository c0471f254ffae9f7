import { once } from 'node:events';
import { connect, type ClientHttp2Session } from 'node:http2';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { World } from '../../../src/base/world.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

const DAY_MS = 86_400_000;
const PATH = '/api/v1/namespaces/default';

/** A machine whose clock may be set, and whose daily chores are run when the test says so. */
function settableWorld(): World & { laterMs: number; doChores(): void } {
  const host = hostWorld();
  const chores: (() => void)[] = [];
  const world = {
    ...host,
    laterMs: -350 * DAY_MS,
    clock: { ...host.clock, now: () => host.clock.now() + world.laterMs },
    timers: {
      ...host.timers,
      after(delayMs: number, run: () => void): Disposable {
        if (delayMs < DAY_MS / 2) return host.timers.after(delayMs, run);
        chores.push(run);
        return { [Symbol.dispose]: () => undefined };
      },
    },
    doChores: () => chores.splice(0).forEach(run => run()),
  };
  return world;
}

describe('certificates of a server that runs for long', () => {
  const world = settableWorld();
  let server: TestServer;
  const sessions: ClientHttp2Session[] = [];
  const open = (tls: object = {}): ClientHttp2Session => {
    const session = connect(server.url, { ca: server.ca, ...tls });
    sessions.push(session);
    return session;
  };
  const get = async (session: ClientHttp2Session, headers: object = {}): Promise<number> => {
    const stream = session.request({ ':path': PATH, ...headers });
    const [{ ':status': status }] = (await once(stream, 'response')) as [{ readonly ':status': number }];
    stream.resume();
    await once(stream, 'close');
    return status;
  };
  const ADMIN = { authorization: 'Bearer token-admin' };

  beforeAll(async () => {
    server = await testServer({}, { world });
  });
  afterAll(async () => {
    for (const session of sessions) session.destroy();
    await server[Symbol.asyncDispose]();
  });

  it('are renewed while it runs, and connections that stand go on', async () => {
    const before = open();
    expect(await get(before, ADMIN)).toBe(200);
    const first = await servedCertificate(server);
    world.doChores();
    expect(await servedCertificate(server)).toBe(first);
    world.laterMs = -50 * DAY_MS;
    world.doChores();
    await vi.waitFor(async () => expect(await servedCertificate(server)).not.toBe(first));
    expect(await get(before, ADMIN)).toBe(200);
    expect(await get(open(), ADMIN)).toBe(200);
  });

  it('name a client no longer once they have expired, on a connection that stands neither', async () => {
    const { certificate, privateKey } = await server.clusterCa.issueClient('jane', ['system:masters']);
    const session = open({ cert: certificate, key: privateKey });
    expect(await get(session)).toBe(200);
    world.laterMs = 400 * DAY_MS;
    expect(await get(session)).toBe(401);
  });
});

async function servedCertificate({ ca, port }: TestServer): Promise<string> {
  const socket: TLSSocket = connectTls({ ca, port, host: '127.0.0.1' });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

it('a server is who its further names say', async () => {
  await using server = await testServer({}, { tlsSan: ['api.example.com'] });
  const shakenAs = async (servername: string): Promise<void> => {
    const socket = connectTls({ host: '127.0.0.1', port: server.port, ca: server.ca, servername });
    await once(socket, 'secureConnect').finally(() => socket.destroy());
  };
  await shakenAs('api.example.com');
  await expect(shakenAs('other.example.com')).rejects.toThrow("is not in the cert's altnames");
});

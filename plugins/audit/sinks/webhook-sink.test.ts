import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { manualWorld } from '../../../src/sdk/testing/manual-world.ts';
import { AuditCounts } from '../audit-counts.ts';
import { eventOf } from '../testing/event-of.ts';
import { readWebhookConfig } from './webhook-config.ts';
import { WebhookSink } from './webhook-sink.ts';

interface Asked {
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: unknown;
}
const asked: Asked[] = [];
let codes: number[] = [];
const server = createServer((request: IncomingMessage, response: ServerResponse) => {
  void text(request).then(body => {
    asked.push({ url: request.url, authorization: request.headers.authorization, body: JSON.parse(body) as unknown });
    response.writeHead(codes.shift() ?? 200).end();
  });
});
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tiphys-audit-'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  asked.length = 0;
  codes = [];
});

async function written(cluster: object, user: object = {}): Promise<string> {
  const path = join(folder, 'webhook.yaml');
  const config = {
    'current-context': 'c',
    contexts: [{ name: 'c', context: { cluster: 'a', user: 'u' } }],
    clusters: [{ name: 'a', cluster }],
    users: [{ name: 'u', user }],
  };
  await writeFile(path, JSON.stringify(config));
  return path;
}

const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/audit?x=1`;

/** Waits between tries are put down and not waited for. */
async function sink() {
  const counts = new AuditCounts(silentLogger);
  const waitsMs: number[] = [];
  const { timers, random } = manualWorld();
  const world = { random, timers: { ...timers, sleep: async (ms: number) => void waitsMs.push(ms) } };
  const target = await readWebhookConfig(hostWorld().files, await written({ server: url() }, { token: 'secret' }));
  const webhook = new WebhookSink({ world, target, initialBackoffMs: 1000, userAgent: 'test', counts });
  return { webhook, counts, waitsMs };
}

const lost = (counts: AuditCounts): unknown =>
  counts.metrics().find(({ name }) => name === 'apiserver_audit_error_total')?.samples[0]?.value;

describe('a webhook', () => {
  it('is sent lists of events, as its kubeconfig says', async () => {
    const { webhook } = await sink();
    expect(await webhook.process([eventOf({ auditID: 'a' }), eventOf({ auditID: 'b' })])).toBe(true);
    await webhook.close();
    expect(asked).toMatchObject([
      {
        url: '/audit?x=1',
        authorization: 'Bearer secret',
        body: { kind: 'EventList', apiVersion: 'audit.k8s.io/v1', items: [{ auditID: 'a' }, { auditID: 'b' }] },
      },
    ]);
    expect(asked[0]?.body).not.toHaveProperty('items[0].kind');
  });

  it('is asked again when it fails, whatever of', async () => {
    const { webhook, counts } = await sink();
    codes = [500, 403];
    expect(await webhook.process([eventOf()])).toBe(true);
    await webhook.close();
    expect(asked.length).toBe(3);
    expect(lost(counts)).toBeUndefined();
  });

  it('that fails five times has lost the events', async () => {
    const { webhook, counts, waitsMs } = await sink();
    codes = [500, 500, 500, 500, 500];
    expect(await webhook.process([eventOf(), eventOf()])).toBe(false);
    await webhook.close();
    expect(asked.length).toBe(5);
    expect(waitsMs.map(Math.round)).toEqual([1100, 1650, 2475, 3713]);
    expect(lost(counts)).toBe(2);
  });
});

describe('a webhook’s kubeconfig', () => {
  const read = async (cluster: object, user: object = {}) =>
    readWebhookConfig(hostWorld().files, await written(cluster, user));
  const PEM = Buffer.from('pem').toString('base64');

  it('says whom to trust and who asks', async () => {
    await writeFile(join(folder, 'key.pem'), 'key');
    const user = { 'client-certificate-data': PEM, 'client-key': 'key.pem', username: 'a', password: 'b' };
    const cluster = { server: 'https://x', 'certificate-authority-data': PEM, 'tls-server-name': 'y' };
    const { url: where, tls, authorization } = await read(cluster, user);
    expect(where.href).toBe('https://x/');
    expect(tls).toEqual({ ca: 'pem', cert: 'pem', key: 'key', servername: 'y' });
    expect(await authorization()).toBe('Basic YTpi');
  });

  it('may name a file with a token, which is read each time', async () => {
    const { authorization } = await read({ server: 'https://x' }, { tokenFile: 'token' });
    await writeFile(join(folder, 'token'), 'one\n');
    expect(await authorization()).toBe('Bearer one');
    await writeFile(join(folder, 'token'), 'two\n');
    expect(await authorization()).toBe('Bearer two');
  });

  it('is refused where it says nothing of use', async () => {
    await expect(read({})).rejects.toThrow('"" is no address of a server');
    await expect(readWebhookConfig(hostWorld().files, '/nowhere')).rejects.toThrow(
      'initializing audit webhook: stat /nowhere: no such file or directory',
    );
  });
});

import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import { testServer, type TestServer } from '../apiserver/testing/test-server.ts';
import { CertificateSigningRequest } from '../kinds/certificates/v1/certificate-signing-request.ts';
import { parseClusterToken } from './cluster-token.ts';
import { nodeIdentity, type JoinOptions } from './node-identity.ts';
import { PkiFolder } from './pki-folder.ts';

const HASH = 'a'.repeat(64);
const BEARER = 'abcdef.0123456789abcdef';
const world = hostWorld();
/** Tokens that anybody sent. */
const sent: string[] = [];
const over = new AbortController();
let server: TestServer;
let dataDir: string;
let token: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tiphys-join-'));
  server = await testServer(
    {
      authorizers: [
        {
          name: 'joining',
          authorize: ({ groups }, { path }) => ({ allowed: path === '/cacerts' || groups.includes('system:masters') }),
        },
      ],
    },
    {
      routes: [{ path: '/cacerts', contentType: 'text/plain', body: () => server.ca }],
      authenticators: [
        {
          name: 'bootstrap',
          authenticate(credential) {
            if (credential.type !== 'bearer') return undefined;
            sent.push(credential.token);
            return credential.token === BEARER ? { name: 'bootstrap', groups: ['system:masters'] } : undefined;
          },
        },
      ],
    },
  );
  token = `K10${createHash('sha256').update(server.ca).digest('hex')}::${BEARER}`;
  void signAll();
});
afterAll(async () => {
  over.abort();
  await server[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true });
});

/** Signs what asks for a certificate, unless its message is to be denied. */
async function signAll(): Promise<void> {
  const { admin, clusterCa } = server;
  for await (const { type, object } of admin.watch(CertificateSigningRequest, { signal: over.signal })) {
    if (type !== 'ADDED') continue;
    const pem = Buffer.from(object.spec.request, 'base64').toString();
    const isDenied = Buffer.from(pem.replaceAll(/-----[^-]+-----/g, ''), 'base64').includes('system:node:denied');
    const condition = {
      type: isDenied ? 'Denied' : 'Approved',
      status: 'True',
      reason: 'Test',
      message: 'for a test',
    } as const;
    const { certificate } = await clusterCa.issueClient('system:node:one', ['system:nodes']);
    const { name } = object.metadata;
    await admin.patch(
      CertificateSigningRequest,
      { name },
      { type: 'merge', body: { status: { conditions: [condition] } } },
      { subresource: 'approval' },
    );
    if (isDenied) continue;
    const status = { certificate: Buffer.from(certificate).toString('base64') };
    await admin.patch(
      CertificateSigningRequest,
      { name },
      { type: 'merge', body: { status } },
      { subresource: 'status' },
    );
  }
}

const joining = (more: Partial<JoinOptions> = {}) =>
  nodeIdentity({
    world,
    log: silentLogger,
    pki: new PkiFolder(world, dataDir),
    server: server.url,
    nodeName: 'one',
    token,
    signal: over.signal,
    ...more,
  });

it('reads tokens of one form only, and repeats none of what it cannot read', () => {
  expect(parseClusterToken(`K10${HASH}::${BEARER}\n`)).toEqual({ caHash: HASH, bearer: BEARER });
  for (const text of ['', BEARER, `K10${HASH}::${BEARER}0`, `K10${HASH}:${BEARER}`, `K11${HASH}::${BEARER}`]) {
    expect(() => parseClusterToken(text)).toThrow(expect.objectContaining({ code: 'BadToken' }));
    expect(() => parseClusterToken(text)).not.toThrow('0123456789abcdef');
  }
});

it('tells nothing to a server whose CA is not that of the token', async () => {
  await expect(joining({ token: `K10${HASH}::${BEARER}` })).rejects.toMatchObject({ code: 'WrongCa' });
  expect(sent).toEqual([]);
});

it('gives up where it is refused, denied, or has no token', async () => {
  await expect(joining({ token: token.replace('abcdef', 'bbcdef') })).rejects.toMatchObject({ code: 'Refused' });
  await expect(joining({ nodeName: 'denied' })).rejects.toMatchObject({
    code: 'Denied',
    message: expect.stringMatching(/^csr-\w+ was not signed: for a test$/),
  });
  await expect(joining({ token: '' })).rejects.toMatchObject({ code: 'NoToken' });
  expect(await readdir(dataDir)).toEqual([]);
});

it('joins once, and is known from then on without a token', async () => {
  const joined = await joining();
  expect(joined.caCertificate).toBe(server.ca);
  const pki = join(dataDir, 'agent', 'pki');
  for (const file of await readdir(pki)) expect((await stat(join(pki, file))).mode & 0o777).toBe(0o600);
  sent.splice(0);
  expect(await joining({ token: '', server: 'https://127.0.0.1:1' })).toEqual(joined);
  expect(await joining()).toEqual(joined);
  expect(sent).toEqual([]);
  await expect(joining({ token: '', nodeName: 'two' })).rejects.toMatchObject({ code: 'NoToken' });
  // Of another cluster: what this one gave is not for it.
  await expect(joining({ token: `K10${HASH}::${BEARER}` })).rejects.toMatchObject({ code: 'WrongCa' });
});

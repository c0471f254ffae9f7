import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT, type JWTPayload } from 'jose';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { readFile } from 'node:fs/promises';
import { issueCertificate, type CertificateRequest } from '../../auth/issue-certificate.ts';
import { serviceAccountAuthenticator } from '../../auth/service-account-authenticator.ts';
import { openTokenSigner, type TokenSigner } from '../../auth/token-signer.ts';
import { ServiceAccount } from '../../kinds/core/v1/service-account.ts';
import { expectRefused } from '../testing/refusal.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const ISSUER = 'https://kubernetes.default.svc';
const UNAUTHORIZED = { code: 401, reason: 'Unauthorized', message: 'Unauthorized' };

let server: TestServer;
let signer: TokenSigner;
let folder: string;
let uid: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tiphys-identity-'));
  signer = await openTokenSigner(hostWorld(), folder, ISSUER);
  server = await testServer(
    {
      authorizers: [
        {
          name: 'known',
          authorize: ({ groups }, { verb }) => ({
            allowed: groups.includes('system:authenticated') && verb !== 'impersonate',
          }),
        },
      ],
    },
    {
      authenticators: [
        {
          name: 'accounts',
          authenticate: credential => serviceAccountAuthenticator(signer, server.admin).authenticate(credential),
        },
      ],
    },
  );
  const account = await server.admin.create(ServiceAccount, { metadata: { name: 'robot', namespace: 'default' } });
  ({ uid } = account.metadata);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const claims = () => ({
  namespace: 'default',
  serviceAccount: { name: 'robot', uid },
  audiences: [],
  lifetimeSeconds: 3600,
});
const refusedWith = (token: string): Promise<void> =>
  expectRefused(server, MAPS, { headers: { authorization: `Bearer ${token}` }, token: '' }, UNAUTHORIZED);

/** The payload of a good token, its parts changed, signed as `sign` does. */
async function forged(changed: JWTPayload, header: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const { token } = await signer.sign(claims());
  const [head = '', payload = ''] = token.split('.').map(part => Buffer.from(part, 'base64url').toString());
  const key = await readFile(join(folder, 'service-account.key'), 'utf8');
  const { createPrivateKey } = await import('node:crypto');
  const before = JSON.parse(head) as { readonly alg: string; readonly kid: string };
  return new SignJWT({ ...(JSON.parse(payload) as JWTPayload), ...changed })
    .setProtectedHeader({ ...before, ...header })
    .sign(createPrivateKey(key));
}
const unsigned = (header: object, payload: object): string =>
  [header, payload].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');

describe('a token', () => {
  it('that is good is taken', async () => {
    const { token } = await signer.sign(claims());
    expect(await server.call(MAPS, { headers: { authorization: `Bearer ${token}` }, token: '' })).toMatchObject({
      status: 200,
    });
    expect(
      await server.call(MAPS, { headers: { authorization: `Bearer ${await forged({})}` }, token: '' }),
    ).toMatchObject({ status: 200 });
  });

  const past = Math.floor(Date.now() / 1000) - 7200;
  it.each<[string, JWTPayload]>([
    ['of another issuer', { iss: 'https://elsewhere.example' }],
    ['for another audience', { aud: ['vault'] }],
    ['for nobody', { aud: [] }],
    ['that is over', { exp: past }],
    ['that is not good yet', { nbf: past + 36_000 }],
    [
      'of an account that is gone',
      { 'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'gone', uid: 'u' } } },
    ],
    [
      'of an account made anew',
      { 'kubernetes.io': { namespace: 'default', serviceaccount: { name: 'robot', uid: 'another' } } },
    ],
    [
      'bound to a pod that is gone',
      {
        'kubernetes.io': {
          namespace: 'default',
          pod: { name: 'p', uid: 'u' },
          serviceaccount: { name: 'robot', uid: 'u' },
        },
      },
    ],
    ['without what it is for', { 'kubernetes.io': undefined }],
  ])('%s', async (_name, changed) => {
    await refusedWith(await forged(changed));
  });

  it('signed by nobody, by another key, or with the public key as a secret', async () => {
    const payload = { iss: ISSUER, aud: [ISSUER], sub: 'system:serviceaccount:default:robot', exp: past + 36_000 };
    await refusedWith(`${unsigned({ alg: 'none' }, payload)}.`);
    await refusedWith(`${unsigned({ alg: 'None', typ: 'JWT' }, payload)}.`);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await refusedWith(await new SignJWT(payload).setProtectedHeader({ alg: 'ES256' }).sign(privateKey));
    const key = createPublicKey(await readFile(join(folder, 'service-account.key'), 'utf8'));
    for (const secret of [key.export({ type: 'spki', format: 'pem' }), key.export({ type: 'spki', format: 'der' })]) {
      const text = unsigned({ alg: 'HS256' }, payload);
      await refusedWith(`${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`);
    }
    const [head, body] = (await signer.sign(claims())).token.split('.');
    await refusedWith(`${head}.${body}.${Buffer.alloc(64).toString('base64url')}`);
    await refusedWith(`${head}.${body}.`);
  });

  it.each(['a', 'a.b.c', '.', '..', '....', 'e30.e30.e30', 'a'.repeat(30_000), 'a.'.repeat(15_000)])(
    '%s',
    async token => {
      await refusedWith(token);
    },
  );

  it('in the query is no credential', async () => {
    const answer = await server.call(`${MAPS}?access_token=token-admin&token=token-admin`, { token: '' });
    expect(answer.status).toBe(403);
  });

  it.each(['Basic dG9rZW4tYWRtaW46', 'Negotiate abc', 'Bearer', 'token-admin', 'Digest x'])(
    '%s is none',
    async authorization => {
      const answer = await server.call(MAPS, { headers: { authorization }, token: '' });
      expect([401, 403]).toContain(answer.status);
    },
  );
});

describe('a certificate', () => {
  const DAY = 86_400_000;
  const base: CertificateRequest = {
    commonName: 'jane',
    organizations: ['system:masters'],
    names: [],
    addresses: [],
    usage: 'client',
    notBeforeMs: Date.now() - DAY,
    notAfterMs: Date.now() + DAY,
  };
  async function statusFor(changed: Partial<CertificateRequest>, own = true): Promise<number> {
    const ca = own
      ? await ownCa()
      : await issueCertificate({ ...base, usage: 'ca', commonName: 'tiphys-ca' }, undefined);
    const { certificate, privateKey } = await issueCertificate({ ...base, ...changed }, ca);
    const dispatcher = new Agent({ connect: { ca: server.ca, cert: certificate, key: privateKey } });
    try {
      const { statusCode, body } = await request(`${server.url}${MAPS}`, { dispatcher });
      await body.dump();
      return statusCode;
    } finally {
      await dispatcher.destroy();
    }
  }
  const ownCa = async () => ({
    certificate: server.ca,
    privateKey: await readFile(join(server.folder, 'ca.key'), 'utf8'),
  });

  it('that is good is taken', async () => {
    expect(await statusFor({})).toBe(200);
  });
  it.each<[string, Partial<CertificateRequest>]>([
    ['that is over', { notAfterMs: Date.now() - 1000 }],
    ['that is not good yet', { notBeforeMs: Date.now() + DAY / 2 }],
    ['for servers', { usage: 'server' }],
  ])('%s', async (_name, changed) => {
    expect(await statusFor(changed)).toBe(401);
  });
  it('of another CA of the same name', async () => {
    expect(await statusFor({}, false)).toBe(401);
  });
  it('without a name', async () => {
    expect([401, 403]).toContain(await statusFor({ commonName: '', organizations: [] }));
  });
});

describe('headers that say who one is', () => {
  it('say nothing where no front proxy is known', async () => {
    const headers = { 'x-remote-user': 'admin', 'x-remote-group': 'system:masters', 'x-remote-extra-scopes': 'a' };
    expect((await server.call(MAPS, { headers, token: '' })).status).toBe(403);
    const review = await server.call('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      method: 'POST',
      body: {},
      headers,
      token: 'token-jane',
    });
    expect(JSON.stringify(review.body)).not.toContain('masters');
  });
  it.each<[string, Readonly<Record<string, string>>, number]>([
    ['a user', { 'impersonate-user': 'admin' }, 403],
    ['a group', { 'impersonate-user': 'jane', 'impersonate-group': 'system:masters' }, 403],
    ['an account', { 'impersonate-user': 'system:serviceaccount:default:robot' }, 403],
    ['a uid', { 'impersonate-user': 'jane', 'impersonate-uid': '1' }, 403],
    ['extra', { 'impersonate-user': 'jane', 'impersonate-extra-scopes': 'all' }, 403],
    ['a group without a user', { 'impersonate-group': 'system:masters' }, 400],
    ['extra without a user', { 'impersonate-extra-scopes': 'all' }, 400],
    ['extra of a broken name', { 'impersonate-user': 'jane', 'impersonate-extra-%zz': 'all' }, 400],
  ])('acting as %s takes leave', async (_name, headers, code) => {
    await expectRefused(server, MAPS, { headers, token: 'token-jane' }, { code });
  });
});

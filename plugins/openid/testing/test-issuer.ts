import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, SignJWT, type JWTPayload } from 'jose';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { openClusterCa } from '../../auth/cluster-ca.ts';

export interface SigningKey {
  /** Absent: neither its tokens nor the set say which key it is. */
  readonly kid?: string;
  readonly alg: 'RS256' | 'ES256';
  readonly pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
}

export const rsaKey = (kid?: string): SigningKey => ({
  ...(kid === undefined ? {} : { kid }),
  alg: 'RS256',
  pair: generateKeyPairSync('rsa', { modulusLength: 2048 }),
});
export const ecKey = (kid?: string): SigningKey => ({
  ...(kid === undefined ? {} : { kid }),
  alg: 'ES256',
  pair: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
});

export type Reply = {
  readonly code?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text: string;
};

/** An OpenID Connect issuer on 127.0.0.1, over TLS. */
export interface TestIssuer extends AsyncDisposable {
  readonly url: string;
  /** PEM. */
  readonly ca: string;
  /** What it publishes. */
  keys: readonly SigningKey[];
  /** What paths answer in place of what they would; a promise that never resolves is an issuer that hangs. */
  readonly replies: Map<string, () => Reply | Promise<Reply>>;
  /** Paths, newest last. */
  readonly asked: string[];
}

export const DISCOVERY = '/.well-known/openid-configuration';
export const KEYS = '/keys';

export async function testIssuer(keys: readonly SigningKey[]): Promise<TestIssuer> {
  const folder = await mkdtemp(join(tmpdir(), 'tiphys-issuer-'));
  const ca = await openClusterCa(hostWorld(), silentLogger, folder);
  const { certificate, privateKey } = await ca.issueServer('issuer', [], ['127.0.0.1']);
  const https = createServer({ cert: certificate, key: privateKey }, (request, response) => {
    const path = request.url ?? '';
    issuer.asked.push(path);
    void Promise.resolve((issuer.replies.get(path) ?? (() => usual(issuer, path)))()).then(reply => {
      const { code = 200, headers = {}, text } = reply;
      response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(text);
    });
  });
  https.listen(0, '127.0.0.1');
  await once(https, 'listening');
  const issuer: TestIssuer = {
    url: `https://127.0.0.1:${(https.address() as AddressInfo).port}`,
    ca: ca.caCertificate,
    keys,
    replies: new Map(),
    asked: [],
    async [Symbol.asyncDispose]() {
      https.closeAllConnections();
      https.close();
      await rm(folder, { recursive: true });
    },
  };
  return issuer;
}

async function usual(issuer: TestIssuer, path: string): Promise<Reply> {
  if (path === DISCOVERY) return { text: JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}${KEYS}` }) };
  if (path !== KEYS) return { code: 404, text: '{}' };
  const keys = issuer.keys.map(async ({ kid, alg, pair }) => ({
    ...(await exportJWK(pair.publicKey)),
    use: 'sig',
    alg,
    ...(kid === undefined ? {} : { kid }),
  }));
  return { text: JSON.stringify({ keys: await Promise.all(keys) }) };
}

export const tokenOf = ({ alg, kid, pair }: SigningKey, claims: JWTPayload): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }) }).sign(pair.privateKey);

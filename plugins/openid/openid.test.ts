import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { drivenKubectls } from '../../test/node/kubectl-binaries.ts';
import { Kubectl } from '../../test/node/kubectl.ts';
import { authentication } from '../apiserver/contract.ts';
import { testServer } from '../apiserver/testing/test-server.ts';
import { authenticationReviews } from '../auth/authentication-reviews.ts';
import { serviceAccountTokens } from '../auth/contract.ts';
import auth from '../auth/plugin.ts';
import serviceAccounts from '../auth/service-accounts-plugin.ts';
import { tokenSigner } from '../auth/token-signer.ts';
import { TokenReview } from '../kinds/authentication/v1/token-review.ts';
import openid from './plugin.ts';
import { rsaKey, testIssuer, tokenOf, type TestIssuer } from './testing/test-issuer.ts';

const key = rsaKey('a');
let folder: string;
let issuer: TestIssuer;
let cluster: TestCluster;
let token: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tiphys-openid-'));
  issuer = await testIssuer([key]);
  const oidcCaFile = join(folder, 'ca.crt');
  await writeFile(oidcCaFile, issuer.ca);
  const settings = {
    dataDir: folder,
    oidcIssuerUrl: issuer.url,
    oidcClientId: 'me',
    oidcCaFile,
    oidcGroupsClaim: 'groups',
  };
  cluster = await startCluster({
    plugins: [auth, serviceAccounts, openid],
    without: ['auth', 'controllers', 'scheduler'],
    settings,
  });
  const exp = Math.floor(Date.now() / 1000) + 600;
  token = await tokenOf(key, { iss: issuer.url, aud: 'me', sub: 'jane', groups: ['dev'], jti: 'x', exp });
});
afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const jane = () => ({
  username: `${issuer.url}#jane`,
  groups: ['dev', 'system:authenticated'],
  extra: { 'authentication.kubernetes.io/credential-id': ['JTI=x'] },
});
const review = (spec: { token: string; audiences?: string[] }) =>
  cluster.client.create(TokenReview, { metadata: {}, spec });

describe('a cluster that trusts an issuer', () => {
  it('tells who a token belongs to, for its own audience', async () => {
    const own = cluster.kernel.service(serviceAccountTokens).issuer;
    const known = { authenticated: true, user: jane(), audiences: [own] };
    expect((await review({ token })).status).toEqual(known);
    expect((await review({ token, audiences: [own, 'you'] })).status).toEqual(known);
    expect((await review({ token, audiences: ['me'] })).status).toMatchObject({ error: 'invalid bearer token' });
    expect((await review({ token: `${token.slice(0, -8)}AAAAAAAA` })).status).toMatchObject({
      error: 'invalid bearer token',
    });
  });

  it('refuses to start with settings that it cannot follow', async () => {
    const started = startCluster({
      plugins: [auth, openid],
      without: ['auth', 'controllers', 'scheduler'],
      settings: { dataDir: folder, oidcClientId: 'me' },
    });
    await expect(started).rejects.toThrow('oidc-issuer-url and oidc-client-id must be specified together');
  });
});

const MAY: ReadonlySet<string> = new Set(['dev', 'system:masters']);
const versions = drivenKubectls(['1.29', '1.31', '1.33']);
if (versions.length === 0) process.stderr.write('kubectl is not on PATH: whether it may use tokens is SKIPPED\n');

describe.each(versions)('kubectl %s', (_, binary) => {
  it('acts as the user whom its token names', async () => {
    const known = cluster.kernel.service(authentication);
    await using server = await testServer(
      {
        authorizers: [{ name: 'all', authorize: ({ groups }) => ({ allowed: groups.some(each => MAY.has(each)) }) }],
        virtualKinds: authenticationReviews(
          cluster.kernel.service(tokenSigner),
          cluster.client,
          known,
          hostWorld().clock,
        ),
      },
      { authenticators: [{ name: 'cluster', authenticate: credential => known.authenticate(credential) }] },
    );
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, server.kubeconfig.replace('token-admin', token));
    const kubectl = new Kubectl(binary, kubeconfig);
    expect(JSON.parse(await kubectl.run('auth', 'whoami', '-o', 'json'))).toMatchObject({
      status: { userInfo: jane() },
    });
    expect(await kubectl.run('get', 'namespaces')).toContain('default');
    const refused = await server.call('/api/v1/namespaces', { token: `${token.slice(0, -8)}AAAAAAAA` });
    expect([refused.status, refused.body]).toMatchObject([401, { reason: 'Unauthorized' }]);
  });
});

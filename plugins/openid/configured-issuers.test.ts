import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { scratchFolder } from '../../src/base/testing/scratch-folder.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { authentication, metricSources } from '../apiserver/contract.ts';
import { testServer } from '../apiserver/testing/test-server.ts';
import auth from '../auth/plugin.ts';
import openid from './plugin.ts';
import { KEYS, rsaKey, testIssuer, tokenOf, type SigningKey, type TestIssuer } from './testing/test-issuer.ts';

const [first, second] = [rsaKey('first'), rsaKey('second')];
let here: TestIssuer;
let there: TestIssuer;
let folder: string;
let file: string;
let errors: { readonly message: string; readonly problem: unknown }[];
beforeAll(async () => {
  here = await testIssuer([first]);
  there = await testIssuer([second]);
});
afterAll(async () => {
  await here[Symbol.asyncDispose]();
  await there[Symbol.asyncDispose]();
});
beforeEach(async () => {
  folder = await scratchFolder();
  file = join(folder, 'authentication.json');
  errors = [];
});

const log: Logger = {
  ...silentLogger,
  error: (message, fields) => void errors.push({ message, problem: fields?.['problem'] }),
  child: () => log,
};

interface Issuers {
  readonly jwt: readonly object[];
  readonly anonymous?: object;
}
const issuerAt = ({ url, ca }: TestIssuer, more: object = {}): object => ({
  issuer: { url, audiences: ['me', 'us'], audienceMatchPolicy: 'MatchAny', certificateAuthority: ca, ...more },
  claimMappings: { username: { expression: "'x:' + claims.sub" }, groups: { claim: 'roles', prefix: 'r:' } },
  userValidationRules: [{ expression: "user.username != 'x:eve'", message: 'not Eve' }],
});
const written = (said: Issuers): string =>
  JSON.stringify({ apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthenticationConfiguration', ...said });

let metrics: () => unknown;
const watching = definePlugin({
  name: 'watching',
  start({ collect }) {
    const all = collect(metricSources);
    metrics = () =>
      all
        .flatMap(source => source.collect())
        .filter(({ name }) => name === 'apiserver_authentication_config_controller_automatic_reloads_total')
        .flatMap(({ samples }) => samples);
  },
});

async function start(said: Issuers): Promise<TestCluster> {
  await writeFile(file, written(said));
  return startCluster({
    plugins: [auth, openid, watching],
    without: ['auth', 'controllers', 'scheduler'],
    log,
    settings: { dataDir: folder, authenticationConfig: file },
  });
}

const tokenBy = (issuer: TestIssuer, key: SigningKey, claims: object = {}): Promise<string> =>
  tokenOf(key, { iss: issuer.url, aud: 'us', sub: 'jane', exp: Math.floor(Date.now() / 1000) + 600, ...claims });
const userOf = async (cluster: TestCluster, token: Promise<string>): Promise<unknown> =>
  cluster.kernel.service(authentication).authenticate({ type: 'bearer', token: await token });
const JANE = { name: 'x:jane', groups: ['r:a', 'system:authenticated'] };

describe('issuers that a file names', () => {
  it('are all trusted, each for its own audiences; one may tell of itself elsewhere', async () => {
    const discoveryURL = `${here.url}/elsewhere`;
    here.replies.set('/elsewhere', () => ({
      text: JSON.stringify({ issuer: here.url, jwks_uri: `${here.url}${KEYS}` }),
    }));
    await using cluster = await start({ jwt: [issuerAt(here, { discoveryURL }), issuerAt(there)] });
    here.asked.length = 0;
    expect(await userOf(cluster, tokenBy(here, first, { roles: ['a'] }))).toEqual(JANE);
    expect(here.asked).toEqual(['/elsewhere', KEYS]);
    expect(await userOf(cluster, tokenBy(there, second, { roles: 'a', aud: ['me'] }))).toEqual(JANE);
    const refused = { reason: 'Unauthorized' };
    await expect(userOf(cluster, tokenBy(here, second))).rejects.toMatchObject(refused);
    await expect(userOf(cluster, tokenBy(here, first, { aud: 'you' }))).rejects.toMatchObject(refused);
    await expect(userOf(cluster, tokenBy(here, first, { sub: 'eve' }))).rejects.toMatchObject(refused);
    expect(await userOf(cluster, tokenBy(here, first, { iss: 'https://x.test' }))).toBeUndefined();
  });

  it('may be changed while the server runs; what cannot be followed is told and changes nothing', async () => {
    await using cluster = await start({ jwt: [issuerAt(here)] });
    await userOf(cluster, tokenBy(here, first));
    here.asked.length = 0;
    const told = (count: number): Promise<unknown> => vi.waitUntil(() => errors.length === count, 10_000);
    await writeFile(file, written({ jwt: [issuerAt(here, { audiences: [] })] }));
    await told(1);
    expect(errors[0]?.problem).toContain('jwt[0].issuer.audiences: Required value');
    await writeFile(file, 'kind: {');
    await told(2);
    await writeFile(file, written({ jwt: [issuerAt(there)], anonymous: { enabled: false } }));
    await told(3);
    expect(errors[2]?.problem).toContain('anonymous: Forbidden: changed from initial configuration file');
    expect(await userOf(cluster, tokenBy(there, second))).toBeUndefined();

    await writeFile(`${file}.new`, written({ jwt: [issuerAt(here), issuerAt(there)] }));
    await rename(`${file}.new`, file);
    await cluster.eventually(async () => expect(await userOf(cluster, tokenBy(there, second))).toBeDefined(), 10_000);
    expect(await userOf(cluster, tokenBy(here, first, { roles: ['a'] }))).toEqual(JANE);
    expect(here.asked).toEqual([]);
    await writeFile(file, written({ jwt: [] }));
    await cluster.eventually(async () => expect(await userOf(cluster, tokenBy(here, first))).toBeUndefined(), 10_000);
    expect(metrics()).toEqual([
      { labels: { status: 'failure' }, value: 3 },
      { labels: { status: 'success' }, value: 2 },
    ]);
  });

  it.each([
    [written({ jwt: [{}] }), 'invalid authentication configuration: [jwt[0].issuer.url: Required value'],
    ['', 'failed to load authentication configuration from file "FILE": empty config data'],
  ])('as %j do not let a server start', async (text, problem) => {
    await writeFile(file, text);
    const started = startCluster({
      plugins: [auth, openid],
      without: ['auth', 'controllers', 'scheduler'],
      settings: { dataDir: folder, authenticationConfig: file },
    });
    await expect(started).rejects.toThrow(problem.replace('FILE', file));
  });
});

describe('who shows no credential', () => {
  const asks = async (anonymous: object | undefined, paths: readonly string[]): Promise<readonly number[]> => {
    await using cluster = await start({ jwt: [], ...(anonymous === undefined ? {} : { anonymous }) });
    const known = cluster.kernel.service(authentication);
    const authenticate = known.authenticate.bind(known);
    await using server = await testServer(
      { authorizers: [{ name: 'all', authorize: () => ({ allowed: true }) }] },
      { authenticators: [{ name: 'cluster', authenticate }] },
    );
    const statuses: number[] = [];
    for (const path of paths) statuses.push((await server.call(path, { token: '' })).status);
    return statuses;
  };
  const PATHS = ['/livez', '/livez?verbose', '/livez/', '/livez/ping', '/%6civez', '/api/v1/namespaces'];

  it.each([
    ['may ask for all', undefined, [200, 200, 200, 200, 200, 200]],
    ['may ask for all', { enabled: true }, [200, 200, 200, 200, 200, 200]],
    ['may ask for nothing', { enabled: false }, [401, 401, 401, 401, 401, 401]],
    [
      'may ask for some paths alone',
      { enabled: true, conditions: [{ path: '/livez' }, { path: '/readyz' }] },
      [200, 200, 401, 401, 401, 401],
    ],
  ])('%s: %j', async (_, anonymous, expected) => {
    expect(await asks(anonymous, PATHS)).toEqual(expected);
  });

  it('may always ask for what a machine that joins must know first', async () => {
    await using cluster = await start({ jwt: [], anonymous: { enabled: false } });
    const asked = cluster.kernel.service(authentication).authenticate({ type: 'none', path: '/cacerts' });
    expect(await asked).toBeUndefined();
  });
});

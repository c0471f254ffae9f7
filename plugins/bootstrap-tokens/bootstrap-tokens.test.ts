import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { controllers } from '../../src/sdk/controller.ts';
import { startCluster } from '../../src/sdk/testing/cluster.ts';
import { testApi } from '../apiserver/testing/test-api.ts';
import { testServer, type TestServer } from '../apiserver/testing/test-server.ts';
import { writeKubeconfig } from '../bootstrap/kubeconfig.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { Secret } from '../kinds/core/v1/secret.ts';
import { bootstrapAuthenticator } from './bootstrap-authenticator.ts';
import { newBootstrapToken, parseBootstrapToken } from './bootstrap-token.ts';
import { ensureNodeToken, joinToken } from './node-token.ts';
import { tokenCleaner } from './token-cleaner.ts';
import { createToken, deleteTokens, listTokens } from './token-commands.ts';
import { tokenSecret } from './token-secret.ts';

const world = hostWorld();
const token = { id: 'abcdef', secret: '0123456789abcdef' };
const TEXT = 'abcdef.0123456789abcdef';

describe('a bootstrap token', () => {
  it('is made of letters and digits, and read in no other form', () => {
    const made = newBootstrapToken(world.random);
    expect(parseBootstrapToken(`${made.id}.${made.secret}`)).toEqual(made);
    for (const text of ['', `${TEXT}0`, TEXT.toUpperCase(), ` ${TEXT}`, 'abcdef:0123456789abcdef', `${TEXT}\n`]) {
      expect(parseBootstrapToken(text)).toBeUndefined();
    }
  });

  it.each<[string, object, readonly string[] | undefined]>([
    ['as it is', {}, []],
    ['until it expires', { expiration: '2999-01-01T00:00:00Z' }, []],
    ['in groups of its own', { 'auth-extra-groups': 'system:bootstrappers:b,system:bootstrappers:a' }, ['a', 'b']],
    ['not once it has expired', { expiration: '2020-01-01T00:00:00Z' }, undefined],
    ['not with an expiration that is none', { expiration: 'tomorrow' }, undefined],
    ['not with another secret', { 'token-secret': '0123456789abcdee' }, undefined],
    ['not under another id', { 'token-id': 'abcdee' }, undefined],
    ['not without the usage', { 'usage-bootstrap-authentication': 'yes' }, undefined],
    ['not in groups of others', { 'auth-extra-groups': 'system:masters' }, undefined],
  ])('is accepted %s', async (_name, data, extra) => {
    const { admin } = await testApi();
    await admin.create(Namespace, { metadata: { name: 'kube-system' } });
    const { stringData, ...object } = tokenSecret(token, {});
    await admin.create(Secret, { ...object, stringData: { ...stringData, ...data } });
    const user = await bootstrapAuthenticator(admin, world.clock, silentLogger).authenticate({
      type: 'bearer',
      token: TEXT,
    });
    const groups = (extra ?? []).map(name => `system:bootstrappers:${name}`);
    expect(user).toEqual(
      extra === undefined
        ? undefined
        : { name: 'system:bootstrap:abcdef', groups: ['system:bootstrappers', ...groups, 'system:authenticated'] },
    );
  });

  it('is none without its secret, or by a secret of another type', async () => {
    const { admin } = await testApi();
    await admin.create(Namespace, { metadata: { name: 'kube-system' } });
    const authenticator = bootstrapAuthenticator(admin, world.clock, silentLogger);
    expect(await authenticator.authenticate({ type: 'bearer', token: TEXT })).toBeUndefined();
    await admin.create(Secret, { ...tokenSecret(token, {}), type: 'Opaque' });
    expect(await authenticator.authenticate({ type: 'bearer', token: TEXT })).toBeUndefined();
  });

  it('is removed once it has expired', async () => {
    const plugin = definePlugin({ name: 'tokens', contributes: [controllers(tokenCleaner)] });
    await using cluster = await startCluster({ plugins: [plugin] });
    const { client } = cluster;
    const soon = new Date(Date.now() + 1000).toISOString();
    await client.create(Secret, tokenSecret({ ...token, id: 'aaaaaa' }, { expiration: '2020-01-01T00:00:00Z' }));
    await client.create(Secret, tokenSecret({ ...token, id: 'bbbbbb' }, { expiration: soon }));
    await client.create(Secret, tokenSecret({ ...token, id: 'cccccc' }, {}));
    await cluster.eventually(async () => {
      const { items } = await client.list(Secret, { namespace: 'kube-system' });
      expect(items.map(({ metadata }) => metadata.name)).toEqual(['bootstrap-token-cccccc']);
    });
  });
});

describe('the token of nodes', () => {
  it('is made once, kept as it is, written again where it was lost, and not made again where it was deleted', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tiphys-token-'));
    const path = join(folder, 'server', 'node-token');
    const { admin } = await testApi();
    const ensure = async (): Promise<string> => {
      await ensureNodeToken({ world, log: silentLogger, client: admin, path }, 'CA\n');
      return readFile(path, 'utf8');
    };
    const first = await ensure();
    expect(first).toMatch(/^K10[0-9a-f]{64}::[a-z0-9]{6}\.[a-z0-9]{16}\n$/);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await ensure()).toBe(first);
    await unlink(path);
    expect(await ensure()).toBe(first);
    const { items } = await admin.list(Secret, { namespace: 'kube-system' });
    expect(items).toHaveLength(1);
    await admin.deleteCollection(Secret, { namespace: 'kube-system' });
    expect(await ensure()).toBe(first);
    expect((await admin.list(Secret, { namespace: 'kube-system' })).items).toEqual([]);
    await rm(folder, { recursive: true });
  });
});

describe('tiphys token', () => {
  let server: TestServer;
  let said = '';
  const place = () => {
    said = '';
    return { world, kubeconfig: join(server.folder, 'kubeconfig'), write: (text: string) => void (said += text) };
  };
  beforeAll(async () => {
    server = await testServer();
    await server.admin.create(Namespace, { metadata: { name: 'kube-system' } });
    const user = await server.clusterCa.issueClient('system:admin', ['system:masters']);
    await writeKubeconfig({ files: world.files, log: silentLogger }, place().kubeconfig, {
      server: server.url,
      caCertificate: server.ca,
      user,
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('makes tokens that name the cluster, lists them without their secrets, and takes them back', async () => {
    await createToken(place(), 3_600_000, 'for a while');
    const [, digest, id = '', secret = ''] = /^K10([0-9a-f]{64})::(\w{6})\.(\w{16})\n$/.exec(said) ?? [];
    expect(joinToken(new X509Certificate(server.ca).toString(), { id, secret })).toContain(`K10${digest}::`);
    await createToken(place(), 0, '');
    const forever = said.trim();
    await listTokens(place());
    const lines = said.split('\n');
    expect(lines[0]).toBe('TOKEN ID   TTL         EXPIRES                DESCRIPTION   EXTRA GROUPS');
    expect(said).toMatch(new RegExp(`^${id} +(59|60)m +\\d{4}-.*Z +for a while +<none>$`, 'm'));
    expect(said).toMatch(/<forever> +<never> +<none> +<none>$/m);
    expect(said).not.toContain(secret);
    await deleteTokens(place(), [id, forever]);
    expect(said).toBe(`token ${id} deleted\ntoken ${forever.slice(69, 75)} deleted\n`);
    await listTokens(place());
    expect(said.split('\n')).toHaveLength(2);
    await expect(deleteTokens(place(), [id])).rejects.toThrow(`secrets "bootstrap-token-${id}" not found`);
    await expect(deleteTokens(place(), ['x/y'])).rejects.toThrow('"x/y" is no token and no token\'s id');
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { ConfigMap } from '../../plugins/kinds/core/v1/config-map.ts';
import { Secret } from '../../plugins/kinds/core/v1/secret.ts';
import { Pod } from '../../plugins/kinds/core/v1/pod.ts';
import { definePlugin } from '../kernel/plugin.ts';
import { controllers, defineController, type Controller } from './controller.ts';
import { rolesOf } from './roles.ts';
import { startCluster, type TestCluster } from './testing/cluster.ts';

const running: TestCluster[] = [];
afterEach(async () => {
  for (const cluster of running.splice(0)) await cluster[Symbol.asyncDispose]();
});

async function clusterWith(...own: readonly Controller[]): Promise<TestCluster> {
  const plugin = definePlugin({ name: 'own', contributes: [controllers(...own)] });
  const cluster = await startCluster({ plugins: [plugin] });
  running.push(cluster);
  return cluster;
}

const isOurs = ({ metadata }: { readonly metadata: { readonly labels?: Readonly<Record<string, string>> } }) =>
  metadata.labels?.['ours'] === 'yes';
const metadata = { name: 'a', namespace: 'default', labels: { ours: 'yes' } };

describe('runController', () => {
  it('shows each pass the writes of the one before', async () => {
    const seen: number[] = [];
    const cluster = await clusterWith(
      defineController({
        name: 'copier',
        primary: ConfigMap,
        owned: { secrets: Secret },
        writes: [Secret.can('create')],
        concerns: isOurs,
        async reconcile({ owned, client }) {
          seen.push(owned.secrets.length);
          if (owned.secrets.length < 5) await client.createOwned(Secret, { metadata: { generateName: 's-' } });
          return {};
        },
      }),
    );
    await cluster.client.create(ConfigMap, { metadata });
    await cluster.eventually(() => expect(seen.at(-1)).toBe(5));
    // The first passes may come before the role is known, and fail.
    expect([...new Set(seen)]).toEqual([0, 1, 2, 3, 4, 5]);
    expect((await cluster.client.list(Secret, { namespace: 'default' })).items).toHaveLength(5);
  });

  it('passes once over what has changed once', async () => {
    let passes = 0;
    const cluster = await clusterWith(
      defineController({
        name: 'counter',
        primary: ConfigMap,
        writes: [],
        concerns: isOurs,
        async reconcile() {
          passes += 1;
          return {};
        },
      }),
    );
    await cluster.client.create(ConfigMap, { metadata });
    await cluster.eventually(() => expect(passes).toBe(1));
    for (const change of ['1', '2', '3']) {
      await cluster.client.patch(ConfigMap, metadata, { type: 'merge', body: { data: { change } } });
      await cluster.eventually(() => expect(passes).toBe(1 + Number(change)));
    }
    await cluster.client.create(ConfigMap, { metadata: { ...metadata, name: 'b' } });
    await cluster.eventually(() => expect(passes).toBeGreaterThan(4));
    expect(passes).toBe(5);
  });

  it('retries what fails, and lets one bad controller harm nobody', async () => {
    let tries = 0;
    let good = 0;
    const cluster = await clusterWith(
      defineController({
        name: 'bad',
        primary: ConfigMap,
        writes: [],
        concerns: isOurs,
        async reconcile() {
          tries += 1;
          throw new Error('always');
        },
      }),
      defineController({
        name: 'good',
        primary: ConfigMap,
        writes: [],
        concerns: isOurs,
        async reconcile() {
          good += 1;
          return {};
        },
      }),
    );
    await cluster.client.create(ConfigMap, { metadata });
    await cluster.eventually(() => expect(tries).toBeGreaterThanOrEqual(3));
    expect(good).toBe(1);
  });

  it('grants what is declared and nothing else', async () => {
    const errors: string[] = [];
    const cluster = await clusterWith(
      defineController({
        name: 'modest',
        primary: ConfigMap,
        writes: [],
        concerns: isOurs,
        async reconcile({ client, caches }) {
          for (const attempt of [
            () => client.create(Secret, { metadata: { name: 'x', namespace: 'default' } }),
            async () => caches.of(Pod),
          ]) {
            await attempt().catch((error: unknown) => errors.push(error instanceof Error ? error.message : ''));
          }
          return {};
        },
      }),
    );
    await cluster.client.create(ConfigMap, { metadata });
    await cluster.eventually(() => expect(errors).toHaveLength(2));
    expect(errors[0]).toContain('User "system:serviceaccount:kube-system:modest" cannot create resource "secrets"');
    expect(errors[1]).toBe('modest reads pods without declaring it');
  });

  it('calls a controller when its object is gone', async () => {
    const gone: string[] = [];
    const cluster = await clusterWith(
      defineController({
        name: 'mourner',
        primary: ConfigMap,
        writes: [],
        concerns: isOurs,
        reconcile: async () => ({}),
        removed: async ({ key }) => void gone.push(`${key.namespace}/${key.name}`),
      }),
    );
    await cluster.client.create(ConfigMap, { metadata });
    await cluster.client.delete(ConfigMap, metadata);
    await cluster.eventually(() => expect(gone).toEqual(['default/a']));
  });
});

describe('rolesOf', () => {
  it('follows from what a controller declares', () => {
    const [role] = rolesOf([
      defineController({
        name: 'copier',
        primary: ConfigMap,
        owned: { secrets: Secret },
        writes: [Secret.can('create')],
        reconcile: async () => ({}),
      }),
    ]);
    expect(role).toMatchObject({
      name: 'system:controller:copier',
      serviceAccount: { namespace: 'kube-system', name: 'copier' },
      rules: [
        { resources: ['configmaps'], verbs: ['get', 'list', 'watch'] },
        { resources: ['secrets'], verbs: ['get', 'list', 'watch'] },
        { resources: ['secrets'], verbs: ['create'] },
        { resources: ['events'], verbs: ['create', 'patch', 'update'] },
      ],
    });
  });
});

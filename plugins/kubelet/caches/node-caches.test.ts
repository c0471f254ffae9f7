import { afterEach, expect, it } from 'vitest';
import type { Client } from '../../../src/api/client.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { silentLogger } from '../../../src/kernel/silent-logger.ts';
import { testApi } from '../../apiserver/testing/test-api.ts';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { Secret } from '../../kinds/core/v1/secret.ts';
import { Service } from '../../kinds/core/v1/service.ts';
import { nodeCaches } from './plugin.ts';

const over = new AbortController();
afterEach(() => over.abort());

const at = (name: string) => ({ name, namespace: 'default' });

/** A pod of `nodeName` that reads the ConfigMap of its name, and a Secret that all read. */
const podOf = (name: string, nodeName: string) => ({
  metadata: at(name),
  spec: {
    nodeName,
    containers: [{ name: 'main', image: 'x', envFrom: [{ configMapRef: { name } }, { secretRef: { name: 'all' } }] }],
  },
});

/** Refuses whatever a kubelet has no business with. */
function asKubelet(client: Client): Client {
  const check = (plural: string, fieldSelector = ''): void => {
    const isNarrow =
      plural === 'pods' ? fieldSelector === 'spec.nodeName=here' : /^metadata\.name=\w+$/.test(fieldSelector);
    if (['pods', 'configmaps', 'secrets'].includes(plural) && !isNarrow)
      throw new Error(`all ${plural} were asked for`);
  };
  return {
    ...client,
    list: async (resource, options) => {
      check(resource.plural, options?.fieldSelector);
      return client.list(resource, options);
    },
    watch: (resource, options) => {
      check(resource.plural, options.fieldSelector);
      return client.watch(resource, options);
    },
  };
}

it('sees its own pods, and of what they read all and nothing else, before the pod itself', async () => {
  const { admin } = await testApi();
  for (const name of ['a', 'b', 'later']) await admin.create(ConfigMap, { metadata: at(name), data: { of: name } });
  await admin.create(Secret, { metadata: at('all') });
  await admin.create(Secret, { metadata: at('foreign') });
  await admin.create(Pod, podOf('a', 'here'));
  await admin.create(Pod, podOf('b', 'elsewhere'));
  const caches = nodeCaches(
    { client: asKubelet(admin), world: hostWorld(), log: silentLogger, signal: over.signal },
    'here',
  );
  const [pods, configMaps, secrets] = [caches.of(Pod), caches.of(ConfigMap), caches.of(Secret)];
  const seen: unknown[] = [];
  pods.subscribe({
    changed: ({ metadata: { name } }, before) =>
      void (before === undefined && seen.push([name, configMaps.get(name, 'default')?.data])),
    removed: ({ metadata: { name } }) => void seen.push([name, 'gone']),
  });
  await Promise.all([pods, configMaps, secrets, caches.of(Service)].map(({ synced }) => synced));
  await admin.create(Pod, podOf('later', 'here'));
  await expect
    .poll(() => seen)
    .toEqual([
      ['a', { of: 'a' }],
      ['later', { of: 'later' }],
    ]);
  const names = (of: { list(): readonly { readonly metadata: { readonly name: string } }[] }): readonly string[] =>
    of
      .list()
      .map(({ metadata }) => metadata.name)
      .sort();
  expect([names(pods), names(configMaps), names(secrets)]).toEqual([['a', 'later'], ['a', 'later'], ['all']]);

  await admin.patch(ConfigMap, at('a'), { type: 'merge', body: { data: { of: 'changed' } } });
  await expect.poll(() => configMaps.get('a', 'default')?.data).toEqual({ of: 'changed' });
  await admin.delete(ConfigMap, at('later'));
  await expect.poll(() => names(configMaps)).toEqual(['a']);
  await admin.create(ConfigMap, { metadata: at('later'), data: { of: 'again' } });
  await expect.poll(() => configMaps.get('later', 'default')?.data).toEqual({ of: 'again' });

  await admin.delete(Pod, at('a'), { gracePeriodSeconds: 0 });
  await expect.poll(() => names(configMaps)).toEqual(['later']);
  expect(names(secrets)).toEqual(['all']);
  await admin.delete(Pod, at('later'), { gracePeriodSeconds: 0 });
  await expect.poll(() => names(secrets)).toEqual([]);
});

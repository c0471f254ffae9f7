import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Client } from '../../src/api/client.ts';
import type { Resource } from '../../src/api/resource.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { silentLogger } from '../../src/kernel/silent-logger.ts';
import { eventually } from '../../test/node/eventually.ts';
import { testApi } from '../apiserver/testing/test-api.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { Secret } from '../kinds/core/v1/secret.ts';
import { Manifests } from './manifests.ts';

let folder: string;
let client: Client;
let told: string[];
let stop: AbortController;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'tiphys-manifests-')), 'manifests');
  client = (await testApi()).admin;
  await client.create(Namespace, { metadata: { name: 'kube-system' } });
});
afterEach(async () => {
  stop.abort();
  await rm(join(folder, '..'), { recursive: true });
});

const KINDS: readonly Resource[] = [ConfigMap, Namespace, Secret];

async function start(resources: () => readonly Resource[] = () => KINDS): Promise<void> {
  told = [];
  stop = new AbortController();
  const events = {
    event: (_: unknown, type: string, reason: string, message: string) =>
      void told.push(`${type} ${reason} ${message}`),
  };
  await new Manifests({
    world: hostWorld(),
    folder,
    client,
    events,
    log: silentLogger,
    resources,
    signal: stop.signal,
  }).start();
}

const configMap = (name: string, value: string): string => `
apiVersion: v1
kind: ConfigMap
metadata: {name: ${name}}
data: {k: "${value}"}
---`;
const write = (name: string, ...texts: readonly string[]): Promise<void> =>
  writeFile(join(folder, name), texts.join('\n'));

/** Waits until these are the maps of the default namespace, as `name=value`. */
const untilThereAre = (...expected: readonly string[]): Promise<unknown> =>
  eventually(
    async () => (await client.list(ConfigMap, { namespace: 'default' })).items,
    items => expect(items.map(({ metadata, data }) => `${metadata.name}=${data?.['k']}`).sort()).toEqual(expected),
  );

it('applies files that are there, change and come, and prunes what they no longer say', async () => {
  await start();
  await write('one.yaml', configMap('a', '1'), configMap('b', '1'));
  await untilThereAre('a=1', 'b=1');
  await write('one.yaml', configMap('b', '2'));
  await untilThereAre('b=2');
  await write(
    'two.json',
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { k: '1' } }],
    }),
  );
  await write('notes.txt', configMap('never', '1'));
  await untilThereAre('b=2', 'c=1');
  await rm(join(folder, 'one.yaml'));
  await untilThereAre('c=1');
  expect(told).toContain('Normal AppliedManifest Applied manifest two.json');
});

it('prunes what was taken away while it did not run, and nothing that others made anew', async () => {
  await start();
  await write('one.yaml', configMap('a', '1'), configMap('b', '1'), configMap('c', '1'));
  await untilThereAre('a=1', 'b=1', 'c=1');
  await eventually(
    async () => told,
    events => expect(events).toHaveLength(1),
  );
  stop.abort();
  await client.delete(ConfigMap, { name: 'b', namespace: 'default' });
  await client.create(ConfigMap, { metadata: { name: 'b', namespace: 'default' }, data: { k: 'own' } });
  await write('one.yaml', configMap('c', '1'));
  await start();
  await untilThereAre('b=own', 'c=1');
  stop.abort();
  await rm(join(folder, 'one.yaml'));
  await start();
  await untilThereAre('b=own');
});

it('keeps what is there while a file is broken, tells of it, and goes on once it is mended', async () => {
  await start();
  await write('one.yaml', configMap('a', '1'));
  await untilThereAre('a=1');
  await write('one.yaml', 'kind: [');
  await eventually(
    async () => told.join('\n'),
    text => expect(text).toMatch(/Warning ApplyManifestFailed Applying manifest one.yaml failed: /),
  );
  await untilThereAre('a=1');
  await write('one.yaml', configMap('b', '1'));
  await untilThereAre('b=1');
});

it('tries again what cannot be applied yet, and applies the rest of the file', async () => {
  let kinds: readonly Resource[] = [ConfigMap];
  await start(() => kinds);
  await write('a.yaml', configMap('a', '1'));
  await untilThereAre('a=1');
  const inNamespace = configMap('early', '1').replace('{name: early}', '{name: early, namespace: later}');
  await write(
    'b.yaml',
    inNamespace,
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: later}\n---',
    configMap('b', '1'),
  );
  await eventually(
    async () => told.join('\n'),
    text => expect(text).toContain('no matches for kind "Namespace" in version "v1"'),
  );
  kinds = KINDS;
  await untilThereAre('a=1', 'b=1');
  await eventually(
    () => client.get(ConfigMap, { name: 'early', namespace: 'later' }),
    found => expect(found.data).toEqual({ k: '1' }),
  );
});

it('leaves a file alone that is to be skipped', async () => {
  await start();
  await write('one.yaml', configMap('a', '1'));
  await untilThereAre('a=1');
  await write('one.yaml.skip', '');
  await rm(join(folder, 'one.yaml'));
  await write('two.yaml', configMap('b', '1'));
  await untilThereAre('a=1', 'b=1');
  await rm(join(folder, 'one.yaml.skip'));
  await untilThereAre('b=1');
});

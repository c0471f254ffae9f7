import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { must } from '../../src/base/must.ts';
import { resources, type Resource } from '../../src/api/resource.ts';
import { definePlugin } from '../../src/kernel/plugin.ts';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { CustomResourceDefinition } from '../kinds/apiextensions/v1/custom-resource-definition.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { conditionIs } from '../kinds/apiextensions/v1/definition-condition.ts';
import { storedResourceOf } from './resource-of-version.ts';

const VERSION = { served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } };
const SPEC = { 'x-kubernetes-preserve-unknown-fields': true, type: 'object' };
const schema = (properties: object = { spec: SPEC }) => ({ openAPIV3Schema: { type: 'object', properties } });
const spec = (plural: string, kind: string, versions: readonly object[]) => ({
  group: 'ex.io',
  scope: 'Namespaced',
  names: { plural, kind },
  versions: versions.map(version => ({ ...VERSION, name: 'v1', schema: schema(), ...version })),
});

/** What is served now, as the API server sees it. */
let served: readonly Resource[] = [];
const looking = definePlugin({
  name: 'looking',
  start: context => {
    served = context.collect(resources);
  },
});
let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster({ plugins: [looking] });
  await cluster.client.create(Namespace, { metadata: { name: 'default' } }).catch(() => undefined);
});
afterAll(() => cluster[Symbol.asyncDispose]());

const isServed = (plural: string, version = 'v1'): boolean =>
  served.some(resource => resource.plural === plural && resource.version === version);

const servedKind = (plural: string, version: string): Resource =>
  must(
    served.find(resource => resource.plural === plural && resource.version === version),
    'it is served',
  );

async function define(plural: string, kind: string, versions: readonly object[] = [{}]) {
  const { client } = cluster;
  const name = `${plural}.ex.io`;
  await client.create(CustomResourceDefinition, { metadata: { name }, spec: spec(plural, kind, versions) } as never);
  return cluster.eventually(async () => {
    const definition = await client.get(CustomResourceDefinition, { name });
    must(conditionIs(definition.status, 'Established') || undefined, 'it is served');
    return definition;
  });
}

const objectOf = (kind: string, name: string, more: object = {}) =>
  ({ apiVersion: 'ex.io/v1', kind, metadata: { name, namespace: 'default', ...more }, spec: { size: 1 } }) as never;

describe('kinds that are defined', () => {
  it('are served from when they are established, until they are gone with all their objects', async () => {
    const definition = await define('foos', 'Foo');
    expect(isServed('foos')).toBe(true);
    const kind = storedResourceOf(definition);
    const made = await cluster.client.create(kind, objectOf('Foo', 'a', { finalizers: ['ex.io/hold'] }));
    expect(made).toMatchObject({ kind: 'Foo', metadata: { generation: 1 }, spec: { size: 1 } });
    await cluster.client.delete(CustomResourceDefinition, { name: 'foos.ex.io' });
    await cluster.eventually(async () => {
      const { status } = await cluster.client.get(CustomResourceDefinition, { name: 'foos.ex.io' });
      expect(status.conditions).toContainEqual(expect.objectContaining({ reason: 'InstanceDeletionInProgress' }));
    });
    await expect(cluster.client.create(kind, objectOf('Foo', 'b'))).rejects.toThrow(
      'foos.ex.io "b" is forbidden: create not allowed while custom resource definition is terminating',
    );
    const held = await cluster.client.get(kind, { name: 'a', namespace: 'default' });
    expect(held.metadata.deletionTimestamp).toBeDefined();
    const { finalizers: _finalizers, ...metadata } = held.metadata;
    await cluster.client.update(kind, { ...held, metadata });
    await cluster.eventually(() => expect(isServed('foos')).toBe(false));
  });

  it('their watches end with them, and with the version that is watched', async () => {
    const versions = [{}, { name: 'v2', storage: false }];
    const definition = await define('dogs', 'Dog', versions);
    const ended: string[] = [];
    const follow = async (kind: Resource) => {
      const signal = AbortSignal.timeout(5_000);
      for await (const _event of cluster.client.watch(kind, { signal }));
      if (!signal.aborted) ended.push(kind.version);
    };
    const watches = Promise.all([follow(servedKind('dogs', 'v1')), follow(servedKind('dogs', 'v2'))]);
    const fewer = spec('dogs', 'Dog', [{}, { name: 'v2', storage: false, served: false }]);
    await cluster.client.update(CustomResourceDefinition, { ...definition, spec: fewer } as never);
    await cluster.eventually(() => expect(ended).toEqual(['v2']));
    await cluster.client.delete(CustomResourceDefinition, { name: 'dogs.ex.io' });
    await watches;
    expect(ended).toEqual(['v2', 'v1']);
  });

  it('a name that another kind has is refused until that is gone', async () => {
    await define('bars', 'Bar');
    const name = 'bards.ex.io';
    await cluster.client.create(CustomResourceDefinition, {
      metadata: { name },
      spec: spec('bards', 'Bar', [{}]),
    } as never);
    const reasons = async () =>
      (await cluster.client.get(CustomResourceDefinition, { name })).status.conditions?.map(({ reason }) => reason);
    await cluster.eventually(async () => expect(await reasons()).toEqual(['ListKindConflict', 'NotAccepted']));
    expect(isServed('bards')).toBe(false);
    await cluster.client.delete(CustomResourceDefinition, { name: 'bars.ex.io' });
    await cluster.eventually(async () => expect(await reasons()).toEqual(['NoConflicts', 'InitialNamesAccepted']));
    expect(isServed('bards')).toBe(true);
  });

  it('objects are stored in one version and shown in each, by the defaults of today', async () => {
    const first = await define('cats', 'Cat');
    const key = { name: 'a', namespace: 'default' };
    await cluster.client.create(storedResourceOf(first), objectOf('Cat', 'a'));
    const legs = { spec: { ...SPEC, properties: { legs: { type: 'integer', default: 4 } } } };
    const versions = [{ storage: false }, { name: 'v2', schema: schema(legs) }];
    await cluster.client.update(CustomResourceDefinition, { ...first, spec: spec('cats', 'Cat', versions) } as never);
    const second = await cluster.eventually(async () => {
      expect(isServed('cats', 'v2')).toBe(true);
      return cluster.client.get(CustomResourceDefinition, { name: 'cats.ex.io' });
    });
    expect(second.status.storedVersions).toEqual(['v1', 'v2']);
    const shown = await cluster.client.get(storedResourceOf(second), key);
    expect(shown).toMatchObject({ apiVersion: 'ex.io/v2', spec: { size: 1, legs: 4 } });
    const { items } = await cluster.client.list(storedResourceOf(second), {});
    expect(items).toMatchObject([{ apiVersion: 'ex.io/v2', spec: { legs: 4 } }]);
  });
});

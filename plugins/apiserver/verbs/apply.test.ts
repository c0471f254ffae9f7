import { describe, expect, it } from 'vitest';
import type { Client } from '../../../src/api/client.ts';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { testApi } from '../testing/test-api.ts';

const KEY = { name: 'a', namespace: 'default' };
const config = (data: object, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', ...more },
  data,
});
const applied = (client: Client, fieldManager: string, body: unknown, force = false) =>
  client.patch(ConfigMap, KEY, { type: 'apply', body }, { fieldManager, force });
const ownersOf = ({ metadata }: ConfigMap) =>
  metadata.managedFields?.map(({ manager, operation, fieldsV1 }) => [manager, operation, fieldsV1]);

describe('server-side apply', () => {
  it('creates what is absent and owns what it says', async () => {
    const { admin } = await testApi();
    const made = await applied(admin, 'one', config({ x: '1' }));
    expect(made.data).toEqual({ x: '1' });
    expect(ownersOf(made)).toEqual([['one', 'Apply', { 'f:data': { 'f:x': {} } }]]);
    expect(await applied(admin, 'one', config({ x: '1' }))).toBe(made);
  });

  it('refuses to change what others own, unless forced', async () => {
    const { admin } = await testApi();
    await applied(admin, 'one', config({ x: '1', y: '1' }));
    await expect(applied(admin, 'two', config({ x: '2' }))).rejects.toMatchObject({
      message: 'Apply failed with 1 conflict: conflict with "one": .data.x',
      status: {
        code: 409,
        details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.x' }] },
      },
    });
    const forced = await applied(admin, 'two', config({ x: '2' }), true);
    expect(ownersOf(forced)).toEqual([
      ['one', 'Apply', { 'f:data': { 'f:y': {} } }],
      ['two', 'Apply', { 'f:data': { 'f:x': {} } }],
    ]);
  });

  it('removes what it no longer says, but not what others own too', async () => {
    const { admin } = await testApi();
    await applied(admin, 'one', config({ x: '1', y: '1' }, { labels: { a: '1' } }));
    await applied(admin, 'two', config({ y: '1' }));
    const left = await applied(admin, 'one', config({}));
    expect(left.data).toEqual({ y: '1' });
    expect(left.metadata.labels).toBeUndefined();
  });

  it('tracks plain writes, and conflicts with them tell their version', async () => {
    const { admin } = await testApi();
    await applied(admin, 'one', config({ x: '1' }));
    const key = { type: 'merge', body: { data: { x: '2', z: '3' } } } as const;
    const changed = await admin.patch(ConfigMap, KEY, key, { fieldManager: 'kubectl-edit' });
    expect(ownersOf(changed)).toEqual([['kubectl-edit', 'Update', { 'f:data': { 'f:x': {}, 'f:z': {} } }]]);
    await expect(applied(admin, 'one', config({ x: '1' }))).rejects.toThrow(
      /^Apply failed with 1 conflict: conflict with "kubectl-edit" using v1: \.data\.x$/,
    );
  });

  it('tells items of associative lists apart by their keys', async () => {
    const { admin } = await testApi();
    const deployment = (containers: readonly object[]) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a' },
      spec: {
        selector: { matchLabels: { app: 'a' } },
        template: { metadata: { labels: { app: 'a' } }, spec: { containers } },
      },
    });
    const put = (manager: string, containers: readonly object[]) =>
      admin.patch(Deployment, KEY, { type: 'apply', body: deployment(containers) }, { fieldManager: manager });
    await put('one', [{ name: 'web', image: 'web:1', ports: [{ containerPort: 80 }] }]);
    const both = await put('two', [{ name: 'side', image: 'side:1' }]);
    expect(both.spec.template.spec.containers.map(({ name }) => name)).toEqual(['web', 'side']);
    const fields = both.metadata.managedFields?.find(({ manager }) => manager === 'one')?.fieldsV1;
    expect(fields).toMatchObject({
      'f:spec': {
        'f:template': {
          'f:spec': {
            'f:containers': {
              'k:{"name":"web"}': {
                '.': {},
                'f:image': {},
                'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
              },
            },
          },
        },
      },
    });
    const conflict = put('two', [{ name: 'web', image: 'web:2' }]);
    await expect(conflict).rejects.toThrow('.spec.template.spec.containers[name="web"].image');
  });
});

it('who applies a reference to a local object owns it as a whole', async () => {
  const { admin } = await testApi();
  const secretRef = { name: 's' };
  const body = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a' },
    spec: {
      containers: [{ name: 'c', image: 'i' }],
      volumes: [{ name: 'v', flexVolume: { driver: 'd', secretRef } }],
      imagePullSecrets: [{ name: 'p' }],
    },
  };
  const pod = await admin.patch(Pod, KEY, { type: 'apply', body }, { fieldManager: 'one' });
  expect(pod.metadata.managedFields?.[0]?.fieldsV1).toMatchObject({
    'f:spec': {
      'f:imagePullSecrets': { 'k:{"name":"p"}': {} },
      'f:volumes': { 'k:{"name":"v"}': { 'f:flexVolume': { 'f:secretRef': {} } } },
    },
  });
  expect(JSON.stringify(pod.metadata.managedFields)).not.toContain('"f:secretRef":{"');
});

describe('an applied configuration that fits no schema', () => {
  const refusal = async (more: object) => {
    const { admin } = await testApi();
    const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' }, ...more };
    return admin.patch(Deployment, KEY, { type: 'apply', body }, { fieldManager: 'one' }).catch(String);
  };
  const containers = (...items: readonly object[]) => ({ spec: { template: { spec: { containers: items } } } });

  it.each([
    [{ nope: 1 }, '.nope: field not declared in schema'],
    [containers({ name: 'c', foo: 1 }), '.spec.template.spec.containers[name="c"].foo: field not declared in schema'],
    [{ spec: { replicas: 'x' } }, '.spec.replicas: expected numeric (int or float), got string'],
    [
      { metadata: { name: 'a', labels: { a: 1 } } },
      '.metadata.labels.a: expected string, got &value.valueUnstructured{Value:1}',
    ],
    [{ spec: { paused: 'yes' } }, '.spec.paused: expected boolean, got &{yes}'],
    [{ spec: [] }, '.spec: expected map, got &{[]}'],
    [
      { spec: { template: { spec: { containers: { a: 1 } } } } },
      '.spec.template.spec.containers: expected list, got &{map[a:1]}',
    ],
    [
      containers({ image: 'i' }),
      '.spec.template.spec.containers: element 0: associative list with keys has an element that omits key field "name"',
    ],
    [containers({ name: 'c' }, { name: 'c' }), '.spec.template.spec.containers: duplicate entries for key [name="c"]'],
    [
      { nope: 1, spec: { no: 1 } },
      'errors:\n  .nope: field not declared in schema\n  .spec.no: field not declared in schema',
    ],
  ])('%j', async (more, text) => {
    const prefix = 'StatusError: failed to create typed patch object (/a; apps/v1, Kind=Deployment): ';
    expect(await refusal(more)).toBe(`${prefix}${text}`);
  });
});

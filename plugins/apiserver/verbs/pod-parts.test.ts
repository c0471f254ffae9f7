import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

const KEY = { name: 'web', namespace: 'default' };
const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '1', memory: '64Mi' } };
const debug = { name: 'debug', image: 'i' };

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
  await server.admin.create(Pod, {
    metadata: { ...KEY, labels: { a: '1' } },
    spec: { nodeName: 'n', containers: [{ name: 'app', image: 'i', resources, ports: [{ containerPort: 80 }] }] },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const patch = (subresource: 'resize' | 'ephemeralcontainers', body: unknown) =>
  server.admin.patch(Pod, KEY, { type: 'strategic', body }, { subresource });
const refusal = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'taken',
    (error: unknown) => (error instanceof Error ? error.message : error),
  );

describe('pods/ephemeralcontainers', () => {
  it('adds containers and nothing else, and counts as a change', async () => {
    const body = { metadata: { labels: { b: '2' } }, spec: { hostNetwork: true, ephemeralContainers: [debug] } };
    const { metadata, spec } = await patch('ephemeralcontainers', body);
    expect(metadata).toMatchObject({ generation: 2, labels: { a: '1' } });
    expect(metadata.labels).not.toHaveProperty('b');
    expect(spec.hostNetwork).toBeUndefined();
    expect(spec.ephemeralContainers).toEqual([expect.objectContaining({ ...debug, imagePullPolicy: 'Always' })]);
  });

  it.each([
    [{ $patch: 'replace', ...debug, image: 'j' }, /existing ephemeral containers "debug" may not be changed\n/],
    [{ ...debug, $patch: 'delete' }, /existing ephemeral containers "debug" may not be removed\n$/],
    [{ ...debug, name: 'app' }, /spec.ephemeralContainers\[0\].name: Duplicate value: "app"/],
    [{ ...debug, name: 'e', targetContainerName: 'x' }, /ephemeralContainers\[0\].targetContainerName: Not found: "x"/],
    [
      { ...debug, name: 'e', ports: [{ containerPort: 1 }] },
      /ports: Forbidden: cannot be set for an Ephemeral Container/,
    ],
  ])('refuses %o', async (container, message) => {
    expect(await refusal(patch('ephemeralcontainers', { spec: { ephemeralContainers: [container] } }))).toMatch(
      message,
    );
  });

  it('of an applied configuration takes its part alone, and who applied it owns all of it', async () => {
    const body = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: KEY,
      spec: { hostname: 'h', ephemeralContainers: [{ name: 'applied', image: 'i' }] },
    };
    const options = { subresource: 'ephemeralcontainers', fieldManager: 'm' } as const;
    const { metadata, spec } = await server.admin.patch(Pod, KEY, { type: 'apply', body }, options);
    expect(spec.ephemeralContainers?.map(({ name }) => name)).toContain('applied');
    expect(spec.hostname).toBeUndefined();
    const mine = metadata.managedFields?.find(({ manager }) => manager === 'm');
    expect(mine).toMatchObject({ operation: 'Apply', subresource: 'ephemeralcontainers' });
    expect(mine?.fieldsV1).toMatchObject({ 'f:spec': { 'f:hostname': {} } });
  });
});

describe('pods/resize', () => {
  const resize = (container: object, spec: object = {}) =>
    patch('resize', { spec: { containers: [{ name: 'app', ...container }], ...spec } });

  it('changes what containers need and may use, and nothing else of them', async () => {
    const { metadata, spec } = await resize({ image: 'j', resources: { limits: { cpu: '1500m' } } }, { hostPID: true });
    expect(spec.containers[0]).toMatchObject({ image: 'i', ports: [{ containerPort: 80 }] });
    expect(spec.containers[0]?.resources).toEqual({ ...resources, limits: { cpu: '1500m', memory: '64Mi' } });
    expect(spec.hostPID).toBeUndefined();
    expect(metadata.generation).toBe(4);
    const sorted = (value: object): object =>
      Object.fromEntries(
        Object.entries(value)
          .sort()
          .map(([name, inner]) => [name, sorted(inner as object)]),
      );
    for (const { fieldsV1 = {} } of metadata.managedFields ?? []) {
      expect(JSON.stringify(fieldsV1)).toBe(JSON.stringify(sorted(fieldsV1 as object)));
    }
  });

  it.each<[string, object, object, string | RegExp]>([
    [
      'a limit that goes',
      { resources: { limits: { memory: null } } },
      {},
      /resources.limits: Forbidden: resource limits cannot be removed/,
    ],
    [
      'another class',
      { resources: { requests: { cpu: '1500m' } } },
      {},
      'Pod "web" is invalid: spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
    ],
    [
      'other resources',
      { resources: { requests: { 'ephemeral-storage': '1' } } },
      {},
      /spec: Forbidden: only cpu and memory resources are mutable/,
    ],
    [
      'another container',
      {},
      { containers: [{ name: 'x', image: 'i' }] },
      /containers may not be added or removed on resize/,
    ],
    [
      'another policy',
      { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] },
      {},
      /only cpu and memory resources are mutable/,
    ],
  ])('refuses %s', async (_, container, spec, message) => {
    expect(await refusal(resize(container, spec))).toMatch(message);
  });
});

it('a status does not take back which generation was seen, nor whose the pod is', async () => {
  const condition = { type: 'Ready', status: 'False', observedGeneration: 3 };
  const write = (status: object, more: object = {}) =>
    server.admin.patch(Pod, KEY, { type: 'merge', body: { ...more, status } }, { subresource: 'status' });
  await write({ observedGeneration: 3, conditions: [condition] });
  const owner = { apiVersion: 'v1', kind: 'Pod', name: 'x', uid: 'u' };
  const { status, metadata } = await write(
    { observedGeneration: null, conditions: [{ type: 'Ready', status: 'True' }] },
    { metadata: { ownerReferences: [owner] } },
  );
  expect(status).toMatchObject({ observedGeneration: 3, conditions: [{ status: 'True', observedGeneration: 3 }] });
  expect(metadata.ownerReferences).toBeUndefined();
});

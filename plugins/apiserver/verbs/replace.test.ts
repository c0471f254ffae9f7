import { afterAll, beforeAll, expect, it } from 'vitest';
import { testServer, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  const authorizers = [
    {
      name: 'masters',
      authorize: ({ groups }: { readonly groups: readonly string[] }) => ({
        allowed: groups.includes('system:masters'),
      }),
    },
    // bob may change what is there, no more.
    {
      name: 'bob',
      authorize: ({ name }: { readonly name: string }, { verb }: { readonly verb: string }) => ({
        allowed: name === 'bob' && verb === 'update',
      }),
    },
  ];
  server = await testServer({ authorizers });
});
afterAll(() => server[Symbol.asyncDispose]());

const LIMITS = '/api/v1/namespaces/default/limitranges';
const put = (path: string, metadata: object, token = 'token-admin') =>
  server.call(path, { method: 'PUT', body: { metadata, spec: { limits: [] } }, token });

it('makes an object where it is absent and its kind allows that', async () => {
  const made = await put(`${LIMITS}/a`, { name: 'a' });
  expect(made).toMatchObject({ status: 201, body: { metadata: { name: 'a', namespace: 'default' } } });
  expect(await put(`${LIMITS}/a`, { name: 'a', labels: { x: 'y' } })).toMatchObject({
    status: 200,
    body: { metadata: { labels: { x: 'y' } } },
  });
});

it('takes revision 0 for none', async () => {
  expect((await put(`${LIMITS}/zero`, { name: 'zero', resourceVersion: '0' })).status).toBe(201);
  expect(await put(`${LIMITS}/zero`, { name: 'zero', resourceVersion: '0', labels: { x: 'y' } })).toMatchObject({
    status: 200,
    body: { metadata: { labels: { x: 'y' }, resourceVersion: expect.stringMatching(/^[1-9]/) } },
  });
  const body = { metadata: { name: 'made', resourceVersion: '0' } };
  const made = await server.call('/api/v1/namespaces/default/configmaps', { method: 'POST', body });
  expect([made.status, made.body]).toEqual([201, expect.objectContaining({ kind: 'ConfigMap' })]);
});

it.each([
  [
    'of a kind that is only made by POST',
    '/api/v1/namespaces/default/configmaps/a',
    { name: 'a' },
    404,
    'configmaps "a" not found',
  ],
  [
    'that is gone at the revision it names',
    `${LIMITS}/b`,
    { name: 'b', resourceVersion: '5' },
    404,
    'limitranges "b" not found',
  ],
  [
    'under another name',
    `${LIMITS}/b`,
    { name: 'c' },
    400,
    'the name of the object (c) does not match the name on the URL (b)',
  ],
  [
    'in a namespace that is not there',
    LIMITS.replace('default', 'none') + '/b',
    { name: 'b' },
    404,
    'namespaces "none" not found',
  ],
])('does not make one %s', async (_what, path, metadata, status, message) => {
  const { body } = path.includes('configmaps')
    ? await server.call(path, { method: 'PUT', body: { metadata } })
    : await put(path, metadata);
  expect(body).toMatchObject({ code: status, message });
});

it('asks for the right to create', async () => {
  expect((await put(`${LIMITS}/d`, { name: 'd' }, 'token-bob')).body).toMatchObject({
    code: 403,
    message: expect.stringContaining('User "bob" cannot create resource "limitranges" in API group ""'),
  });
  expect((await put(`${LIMITS}/a`, { name: 'a' }, 'token-bob')).status).toBe(200);
});

it.each([
  ['lease', '/apis/coordination.k8s.io/v1/namespaces/default/leases', {}],
  ['class of runtimes', '/apis/node.k8s.io/v1/runtimeclasses', { handler: 'h' }],
  ['disruption budget', '/apis/policy/v1/namespaces/default/poddisruptionbudgets', { spec: {} }],
  ['driver of volumes', '/apis/storage.k8s.io/v1/csidrivers', { spec: {} }],
  ['node of drivers', '/apis/storage.k8s.io/v1/csinodes', { spec: { drivers: [] } }],
])('a %s is only replaced at the revision that is named', async (_what, path, more) => {
  const body = { metadata: { name: 'x' }, ...more };
  const made = await server.call(path, { method: 'POST', body });
  expect(made.status).toBe(201);
  expect((await server.call(`${path}/x`, { method: 'PUT', body })).body).toMatchObject({
    code: 422,
    message: expect.stringContaining('metadata.resourceVersion: Invalid value: 0: must be specified for an update'),
  });
  expect((await server.call(`${path}/x`, { method: 'PUT', body: made.body })).status).toBe(200);
});

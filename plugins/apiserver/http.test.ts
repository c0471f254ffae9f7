import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const MAPS = '/api/v1/namespaces/default/configmaps';

describe('the API over HTTPS', () => {
  it('creates, reads, lists, patches and deletes', async () => {
    const made = await server.call(MAPS, { method: 'POST', body: { metadata: { name: 'a' }, data: { x: '1' } } });
    expect(made).toMatchObject({ status: 201, body: { kind: 'ConfigMap', metadata: { name: 'a' }, data: { x: '1' } } });
    expect(made.headers).toMatchObject({ 'cache-control': 'no-cache, private', 'content-type': 'application/json' });
    expect(made.headers['audit-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect((await server.call(`${MAPS}/a`)).body).toEqual(made.body);
    const listed = await server.call(MAPS);
    expect(listed.body).toMatchObject({
      kind: 'ConfigMapList',
      apiVersion: 'v1',
      items: [{ metadata: { name: 'a' } }],
    });
    const patched = await server.call(`${MAPS}/a`, {
      method: 'PATCH',
      body: { data: { y: '2' } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect(patched).toMatchObject({ status: 200, body: { data: { x: '1', y: '2' } } });
    expect(await server.call(`${MAPS}/a`, { method: 'DELETE' })).toMatchObject({
      status: 200,
      body: { kind: 'Status', status: 'Success', details: { name: 'a', kind: 'configmaps' } },
    });
    expect(await server.call(`${MAPS}/a`)).toMatchObject({ status: 404, body: { reason: 'NotFound' } });
  });

  it('answers 401 for a bad token and 403 for the anonymous', async () => {
    expect(await server.call(MAPS, { token: 'wrong' })).toMatchObject({
      status: 401,
      body: { kind: 'Status', message: 'Unauthorized', reason: 'Unauthorized', code: 401 },
    });
    expect(await server.call(MAPS, { token: '' })).toMatchObject({
      status: 403,
      body: {
        message:
          'configmaps is forbidden: User "system:anonymous" cannot list resource "configmaps" in API group "" in the namespace "default"',
      },
    });
  });
});

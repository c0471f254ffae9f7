import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Deployment } from '../kinds/apps/v1/deployment.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { testServer, type TestServer } from './testing/test-server.ts';

/** What a kube-apiserver 1.36.3, asked the same, was seen to answer and reading about it does not tell. */
let server: TestServer;
beforeAll(async () => {
  server = await testServer();
  for (const name of ['a', 'b', 'c']) {
    await server.admin.create(ConfigMap, { metadata: { name, namespace: 'default' }, data: { x: '1' } });
  }
});
afterAll(() => server[Symbol.asyncDispose]());

const MAPS = '/api/v1/namespaces/default/configmaps';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const labels = { app: 'web' };
const spec = {
  selector: { matchLabels: labels },
  template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
};

describe('answers as upstream gives them', () => {
  it('a list says its kind once, an object first of all', async () => {
    const { text } = await server.call(MAPS);
    expect(text).toMatch(/^{"kind":"ConfigMapList","apiVersion":"v1","metadata":{.*?},"items":\[{"metadata":/);
    expect((await server.call(`${MAPS}/a`)).text).toMatch(/^{"kind":"ConfigMap","apiVersion":"v1","metadata":/);
  });

  it('a list of whatever there is knows no pages', async () => {
    const { body } = await server.call(`${MAPS}?resourceVersion=0&limit=1`);
    expect(body).toMatchObject({ items: [{}, {}, {}] });
    expect(body).not.toHaveProperty('metadata.continue');
  });

  it.each([
    ['/api/v1/watch/namespaces/default/configmaps', 3],
    ['/api/v1/watch/configmaps', 3],
    ['/api/v1/watch/namespaces/default/configmaps/a', 1],
  ])('%s is a watch', async (path, events) => {
    const { text } = await server.call(`${path}?timeoutSeconds=1`);
    expect(text.match(/"type":"ADDED"/g)).toHaveLength(events);
  });

  it.each([
    ['/api/v1/things', 'the server could not find the requested resource'],
    ['/apis/apps/v7/deployments', 'the server could not find the requested resource'],
    [`${MAPS}/a/status`, 'the server could not find the requested resource'],
    ['/apis/none/v1/things', undefined],
  ])('%s is not found, in the words of who looked', async (path, message) => {
    const { status, body } = await server.call(path);
    expect(status).toBe(404);
    if (message === undefined) expect(body).toBeUndefined();
    else expect(body).toMatchObject({ reason: 'NotFound', message, details: {} });
  });

  it('YAML is sorted and quotes what is no text elsewhere', async () => {
    await server.call(MAPS, { method: 'POST', body: { metadata: { name: 'y' }, data: { yes: 'on', list: '- 1' } } });
    const { text } = await server.call(`${MAPS}/y`, { headers: { accept: 'application/yaml' } });
    expect(text).toMatch(/^apiVersion: v1\ndata:\n {2}list: "- 1"\n {2}"yes": "on"\nkind: ConfigMap\nmetadata:\n/);
    expect(text).toMatch(/creationTimestamp: "\d{4}-/);
  });

  it('a finalizer without a domain is refused unless it is a known one', async () => {
    const body = { metadata: { name: 'f', finalizers: ['odd', 'orphan'] } };
    const { status, body: said } = await server.call(MAPS, { method: 'POST', body });
    expect({ status, said }).toMatchObject({
      status: 422,
      said: { details: { causes: [{ field: 'metadata.finalizers[0]' }] } },
    });
  });
});

describe('who owns which fields', () => {
  const ownersOf = (body: unknown): unknown =>
    (body as { metadata: { managedFields: readonly Record<string, unknown>[] } }).metadata.managedFields.map(
      ({ manager, subresource, fieldsV1 }) => [manager, subresource, fieldsV1],
    );

  it('a client without a name is unknown', async () => {
    const { body } = await server.call(MAPS, { method: 'POST', body: { metadata: { name: 'm' }, data: { x: '1' } } });
    expect(ownersOf(body)).toEqual([['unknown', undefined, { 'f:data': { '.': {}, 'f:x': {} } }]]);
  });

  it('replicas that were scaled are the subresource’s', async () => {
    await server.admin.create(Deployment, { metadata: { name: 'web', namespace: 'default' }, spec });
    const headers = { 'content-type': 'application/merge-patch+json', 'user-agent': 'scaler/1' };
    await server.call(`${DEPLOYMENTS}/web/scale`, { method: 'PATCH', body: { spec: { replicas: 4 } }, headers });
    const { body } = await server.call(`${DEPLOYMENTS}/web`);
    expect(ownersOf(body)).toContainEqual(['scaler', 'scale', { 'f:spec': { 'f:replicas': {} } }]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { expectGolden } from '../testing/golden.ts';
import { testServer, type TestCall, type TestServer } from '../testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
  await server.admin.create(ConfigMap, { metadata: { name: 'a', namespace: 'default' }, data: { x: '1' } });
  const labels = { app: 'web' };
  await server.admin.create(Deployment, {
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const MAPS = '/api/v1/namespaces/default/configmaps';
const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
const AGGREGATED = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' };
const patch = (type: string, body: unknown): TestCall => ({
  method: 'PATCH',
  body,
  headers: { 'content-type': `application/${type}` },
});

describe('what is on the wire', () => {
  it.each([
    ['api', '/api', {}],
    ['apis', '/apis', {}],
    ['api-v1', '/api/v1', {}],
    ['apis-apps', '/apis/apps', {}],
    ['apis-apps-v1', '/apis/apps/v1', {}],
    ['aggregated-api', '/api', { headers: AGGREGATED }],
    ['aggregated-apis', '/apis', { headers: AGGREGATED }],
    ['version', '/version', {}],
    ['table-deployments', '/apis/apps/v1/namespaces/default/deployments', { headers: TABLE }],
    ['table-configmap', `${MAPS}/a`, { headers: TABLE }],
    [
      'partial-configmap',
      `${MAPS}/a`,
      { headers: { accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io' } },
    ],
    ['scale', '/apis/apps/v1/namespaces/default/deployments/web/scale', {}],
    ['managed-fields', '/apis/apps/v1/namespaces/default/deployments/web', {}],
  ] as const)('%s', async (name, path, call) => {
    const { body, status } = await server.call(path, call);
    expect(status).toBe(200);
    await expectGolden(`${name}.json`, body);
  });

  const refusals: Readonly<Record<string, readonly [string, TestCall]>> = {
    'unknown group': ['/apis/none/v1/things', {}],
    'unknown resource': ['/api/v1/things', {}],
    'unknown path': ['/nowhere', {}],
    'unknown object': [`${MAPS}/none`, {}],
    'method a kind lacks': ['/api/v1/namespaces', { method: 'DELETE' }],
    'virtual kind read': ['/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {}],
    'no JSON': [MAPS, { method: 'POST', body: 'not json' }],
    'empty body': [MAPS, { method: 'POST', body: '' }],
    'a list': [MAPS, { method: 'POST', body: [] }],
    'another kind': [MAPS, { method: 'POST', body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } } }],
    'another version': [
      MAPS,
      { method: 'POST', body: { apiVersion: 'v2', kind: 'ConfigMap', metadata: { name: 'x' } } },
    ],
    'another namespace': [MAPS, { method: 'POST', body: { metadata: { name: 'x', namespace: 'other' } } }],
    'wrong type': [MAPS, { method: 'POST', body: { metadata: { name: 'x' }, data: { a: 1 } } }],
    'no name': [MAPS, { method: 'POST', body: { metadata: {} } }],
    'bad name': [MAPS, { method: 'POST', body: { metadata: { name: 'Not_Good' } } }],
    'there already': [MAPS, { method: 'POST', body: { metadata: { name: 'a' } } }],
    'no such namespace': ['/api/v1/namespaces/none/configmaps', { method: 'POST', body: { metadata: { name: 'x' } } }],
    'unknown content type': [MAPS, { method: 'POST', body: '<a/>', headers: { 'content-type': 'application/xml' } }],
    'unknown accept': [`${MAPS}/a`, { headers: { accept: 'application/xml' } }],
    'Table of no object': [
      '/apis/apps/v1/namespaces/default/deployments/web/scale',
      { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } },
    ],
    'name unlike the path': [`${MAPS}/a`, { method: 'PUT', body: { metadata: { name: 'b' } } }],
    'stale update': [`${MAPS}/a`, { method: 'PUT', body: { metadata: { name: 'a', resourceVersion: '1' } } }],
    'stale delete': [`${MAPS}/a`, { method: 'DELETE', body: { preconditions: { uid: 'other' } } }],
    'immortal namespace': ['/api/v1/namespaces/default', { method: 'DELETE' }],
    'bad label selector': [`${MAPS}?labelSelector=a%20in%20(`, {}],
    'bad field selector': [`${MAPS}?fieldSelector=data.x%3D1`, {}],
    'bad revision': [`${MAPS}?resourceVersion=abc`, {}],
    'bad continue': [`${MAPS}?continue=abc`, {}],
    'exact at any': [`${MAPS}?resourceVersion=0&resourceVersionMatch=Exact`, {}],
    'initial events of a list': [`${MAPS}?sendInitialEvents=true`, {}],
    'bad dry run': [`${MAPS}?dryRun=Some`, { method: 'POST', body: { metadata: { name: 'x' } } }],
    'bad propagation': [`${MAPS}/a?propagationPolicy=Sideways`, { method: 'DELETE' }],
    'unknown patch': [`${MAPS}/a`, patch('xml', '<a/>')],
    'JSON patch that does not fit': [
      `${MAPS}/a`,
      patch('json-patch+json', [{ op: 'test', path: '/data/x', value: '2' }]),
    ],
    'JSON patch with an unknown operation': [`${MAPS}/a`, patch('json-patch+json', [{ op: 'frob', path: '/data' }])],
    'JSON patch that is no list': [`${MAPS}/a`, patch('json-patch+json', { op: 'add' })],
    'JSON patch of no operations': [`${MAPS}/a`, patch('json-patch+json', [1])],
    'JSON patch that is no JSON': [`${MAPS}/a`, patch('json-patch+json', '[{]')],
    'merge patch that is a list': [`${MAPS}/a`, patch('merge-patch+json', [])],
    'merge patch that is no JSON': [`${MAPS}/a`, patch('merge-patch+json', '{"data":{"x":tru}}')],
    'strategic patch that is a text': [`${MAPS}/a`, patch('strategic-merge-patch+json', '"text"')],
    'strategic patch that names a field twice': [
      `${MAPS}/a?fieldValidation=Strict`,
      patch('strategic-merge-patch+json', '{"data":{"x":"1","x":"2"}}'),
    ],
    'strategic patch with an unknown field': [
      `${MAPS}/a?fieldValidation=Strict`,
      patch('strategic-merge-patch+json', { dat: {} }),
    ],
    'patch to a wrong type': [`${MAPS}/a`, patch('merge-patch+json', { data: 'x' })],
    'apply without manager': [`${MAPS}/a`, patch('apply-patch+yaml', { apiVersion: 'v1', kind: 'ConfigMap' })],
    'immutable selector': [
      '/apis/apps/v1/namespaces/default/deployments/web',
      patch('merge-patch+json', { spec: { selector: { matchLabels: { app: 'other' } } } }),
    ],
    'path with a bad escape': ['/api/v1/namespaces/%zz/configmaps', {}],
  };

  it('refusals', async () => {
    const answers: Record<string, unknown> = {};
    for (const [title, [path, call]] of Object.entries(refusals)) {
      const { status, body, text } = await server.call(path, call);
      answers[title] = { status, body: body ?? text };
    }
    await expectGolden('refusals.json', answers);
  });
});

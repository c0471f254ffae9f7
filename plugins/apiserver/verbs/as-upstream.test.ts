import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

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

  it.each([
    ['merge-patch+json', { kind: 'Secret' }, 422, 'converting (v1.Secret) to (core.ConfigMap): unknown conversion'],
    ['merge-patch+json', { apiVersion: 'v2' }, 422, 'no kind "ConfigMap" is registered for version "v2" in scheme'],
    ['json-patch+json', [{ op: 'replace', path: '/kind', value: 'Secret' }], 422, 'unknown conversion'],
    ['strategic-merge-patch+json', { kind: 'Secret' }, 200, undefined],
  ])('a %s cannot make another kind of an object: %j', async (type, body, status, message) => {
    const headers = { 'content-type': `application/${type}` };
    const said = await server.call(`${MAPS}/a`, { method: 'PATCH', body, headers });
    expect(said.status).toBe(status);
    expect(said.body).toMatchObject(
      message === undefined ? { kind: 'ConfigMap' } : { message: expect.stringMatching(/patch: Invalid/) },
    );
    if (message !== undefined) expect(said.text).toContain(JSON.stringify(message).slice(1, -1));
  });

  it.each([
    [
      'pods',
      { spec: { containers: [{ name: 'c', livenessProbe: { tcpSocket: { port: true } } }] } },
      'TCPSocketAction.spec.containers.livenessProbe.ProbeHandler.tcpSocket.port of type int32',
    ],
    [
      'pods',
      { spec: { containers: [{ name: 'c', env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 5 } } }] }] } },
      'SecretKeySelector.spec.containers.env.valueFrom.secretKeyRef.LocalObjectReference.name of type string',
    ],
  ])('structs that JSON does not show are told in errors about types: %s %j', async (plural, body, place) => {
    const said = await server.call(`/api/v1/namespaces/default/${plural}`, { method: 'POST', body });
    expect(said.text).toContain(`Go struct field ${place}`);
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

  const made = async (path: string, body: object): Promise<unknown> =>
    ownersOf((await server.call(path, { method: 'POST', body, headers: { 'user-agent': 'maker/1' } })).body);
  const SELF = { '.': {} };

  it('what Go’s zero values say as well is nobody’s', async () => {
    const about = { involvedObject: { namespace: 'default' }, metadata: { name: 'e' } };
    expect(await made('/api/v1/namespaces/default/events', { ...about, source: {}, message: 'm' })).toEqual([
      ['maker', undefined, { 'f:involvedObject': {}, 'f:message': {} }],
    ]);
    expect(
      (await server.call('/api/v1/nodes', { method: 'POST', body: { metadata: { name: 'n' } } })).body,
    ).not.toHaveProperty('metadata.managedFields');
  });

  it.each([
    ['/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles', 'r', { rules: [] }, { 'f:rules': {} }],
    ['/apis/storage.k8s.io/v1/csinodes', 'd', { spec: { drivers: [] } }, { 'f:spec': { 'f:drivers': {} } }],
  ])('who says that a list is empty owns it: %s', async (path, name, parts, owned) => {
    expect(await made(path, { metadata: { name }, ...parts })).toEqual([['maker', undefined, owned]]);
  });

  it('who only joins in what is there did so at no time', async () => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'joined' }, data: { x: '1' } };
    const apply = async (manager: string): Promise<unknown> => {
      const headers = { 'content-type': 'application/apply-patch+yaml' };
      const said = await server.call(`${MAPS}/joined?fieldManager=${manager}`, { method: 'PATCH', body, headers });
      return said.body;
    };
    await apply('first');
    expect(await apply('second')).toMatchObject({
      metadata: {
        managedFields: [
          expect.not.objectContaining({ time: expect.anything() }),
          { time: expect.stringMatching(/Z$/) },
        ],
      },
    });
  });

  it('what holds new fields is a field of its own, but what was there before anything was set', async () => {
    const resources = { limits: { cpu: '1' } };
    const container = { name: 'c', image: 'i', resources };
    const template = { metadata: { labels }, spec: { containers: [container], securityContext: { runAsUser: 1 } } };
    const owners = await made('/api/v1/namespaces/default/replicationcontrollers', {
      metadata: { name: 'r' },
      spec: { template },
    });
    const ofContainer = expect.objectContaining({
      ...SELF,
      'f:resources': { ...SELF, 'f:limits': { ...SELF, 'f:cpu': {} } },
    });
    const ofSpec = expect.objectContaining({
      ...SELF,
      'f:containers': { ...SELF, 'k:{"name":"c"}': ofContainer },
      'f:securityContext': { ...SELF, 'f:runAsUser': {} },
    });
    expect(owners).toEqual([
      [
        'maker',
        undefined,
        {
          'f:metadata': { 'f:labels': { ...SELF, 'f:app': {} } },
          'f:spec': {
            'f:replicas': {},
            'f:selector': {},
            'f:template': {
              ...SELF,
              'f:metadata': { ...SELF, 'f:labels': { ...SELF, 'f:app': {} } },
              'f:spec': ofSpec,
            },
          },
        },
      ],
    ]);
    const [[, , fields]] = (await made(DEPLOYMENTS, { metadata: { name: 'zero' }, spec: { ...spec, template } })) as [
      [string, undefined, object],
    ];
    expect(fields).toHaveProperty(['f:spec', 'f:template', 'f:spec'], expect.not.objectContaining(SELF));
    expect(fields).toHaveProperty(['f:spec', 'f:template', 'f:spec', 'f:containers'], {
      'k:{"name":"c"}': ofContainer,
    });
  });

  it('what preparation takes away stays signed, and what it adds is nobody’s', async () => {
    const path = '/api/v1/namespaces/default/services';
    const ports = [{ port: 1 }];
    const [[, , before]] = (await made(path, { metadata: { name: 's' }, spec: { type: 'NodePort', ports } })) as [
      [string, undefined, object],
    ];
    expect(before).toHaveProperty(['f:spec', 'f:externalTrafficPolicy']);
    const headers = { 'content-type': 'application/merge-patch+json', 'user-agent': 'maker/1' };
    const { body } = await server.call(`${path}/s`, {
      method: 'PATCH',
      body: { spec: { type: 'ClusterIP' } },
      headers,
    });
    expect(body).not.toHaveProperty('spec.externalTrafficPolicy');
    expect(ownersOf(body)).toMatchObject([['maker', undefined, { 'f:spec': { 'f:externalTrafficPolicy': {} } }]]);
    const namespace = await server.call('/api/v1/namespaces', {
      method: 'POST',
      body: { metadata: { name: 'nobody-s' } },
    });
    expect(namespace.body).toMatchObject({ spec: { finalizers: ['kubernetes'] } });
    expect(JSON.stringify(namespace.body)).not.toContain('f:finalizers');
  });

  it('items of one key are one', async () => {
    const env = [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
      { name: 'B', value: '3' },
    ];
    const pod = { metadata: { name: 'twice' }, spec: { containers: [{ name: 'c', image: 'i', env }] } };
    const [[, , fields]] = (await made('/api/v1/namespaces/default/pods', pod)) as [[string, undefined, object]];
    expect(fields).toHaveProperty(['f:spec', 'f:containers', 'k:{"name":"c"}', 'f:env'], {
      ...SELF,
      'k:{"name":"A"}': {},
      'k:{"name":"B"}': { ...SELF, 'f:name': {}, 'f:value': {} },
    });
  });

  it('who applies nothing owns nothing', async () => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'empty' } };
    const headers = { 'content-type': 'application/apply-patch+yaml' };
    const { body: applied } = await server.call(`${MAPS}/empty?fieldManager=m`, { method: 'PATCH', body, headers });
    expect(applied).toMatchObject({ metadata: { name: 'empty' } });
    expect(applied).not.toHaveProperty('metadata.managedFields');
  });

  it('of what nobody manages no update is told, and the first apply meets one owner of all', async () => {
    const path = `${MAPS}/unmanaged`;
    await server.call(MAPS, { method: 'POST', body: { metadata: { name: 'unmanaged' }, data: { x: '1', y: '1' } } });
    const merge = { 'content-type': 'application/merge-patch+json' };
    const patch = async (body: object, headers: Record<string, string>, query = '') =>
      (await server.call(`${path}${query}`, { method: 'PATCH', body, headers })).body;
    expect(await patch({ metadata: { managedFields: [{}] } }, merge)).not.toHaveProperty('metadata.managedFields');
    expect(await patch({ data: { x: '2' } }, merge)).not.toHaveProperty('metadata.managedFields');
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'unmanaged' }, data: { x: '3' } };
    const apply = { 'content-type': 'application/apply-patch+yaml' };
    expect(await patch(body, apply, '?fieldManager=m')).toMatchObject({
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.x',
    });
    expect(ownersOf(await patch(body, apply, '?fieldManager=m&force=true'))).toEqual([
      ['m', undefined, { 'f:data': { 'f:x': {} } }],
      ['before-first-apply', undefined, { 'f:data': { '.': {}, 'f:y': {} } }],
    ]);
  });

  it('replicas that were scaled are the subresource’s', async () => {
    await server.admin.create(Deployment, { metadata: { name: 'web', namespace: 'default' }, spec });
    const headers = { 'content-type': 'application/merge-patch+json', 'user-agent': 'scaler/1' };
    await server.call(`${DEPLOYMENTS}/web/scale`, { method: 'PATCH', body: { spec: { replicas: 4 } }, headers });
    const { body } = await server.call(`${DEPLOYMENTS}/web`);
    expect(ownersOf(body)).toContainEqual(['scaler', 'scale', { 'f:spec': { 'f:replicas': {} } }]);
  });

  it('replicas that nobody spoke of before they were scaled stay nobody’s', async () => {
    const path = `${DEPLOYMENTS}/free`;
    const apply = async (wanted: object) => {
      const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'free' }, spec: wanted };
      const headers = { 'content-type': 'application/apply-patch+yaml' };
      return (await server.call(`${path}?fieldManager=m`, { method: 'PATCH', body, headers })).body;
    };
    await apply(spec);
    const headers = { 'content-type': 'application/merge-patch+json', 'user-agent': 'scaler/1' };
    await server.call(`${path}/scale`, { method: 'PATCH', body: { spec: { replicas: 4 } }, headers });
    const { body } = await server.call(path);
    expect(body).toMatchObject({ spec: { replicas: 4 }, metadata: { managedFields: [{ manager: 'm' }] } });
    expect(await apply({ ...spec, replicas: 2 })).toMatchObject({ spec: { replicas: 2 } });
  });

  it('a scale that is applied is the applier’s, by the subresource', async () => {
    await server.admin.create(Deployment, { metadata: { name: 'applied', namespace: 'default' }, spec });
    const path = `${DEPLOYMENTS}/applied/scale`;
    const headers = { 'content-type': 'application/apply-patch+yaml' };
    const apply = async (query: string, wanted: object, more: object = {}) => {
      const head = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'applied' }, ...more };
      return (await server.call(`${path}?${query}`, { method: 'PATCH', body: { ...head, spec: wanted }, headers }))
        .body;
    };
    const merge = { 'content-type': 'application/merge-patch+json', 'user-agent': 'scaler/1' };
    await server.call(path, { method: 'PATCH', body: { spec: { replicas: 4 } }, headers: merge });
    const conflict = 'conflict with "scaler" with subresource "scale" using autoscaling/v1: .spec.replicas';
    expect(await apply('fieldManager=m', { replicas: 5 })).toMatchObject({
      code: 409,
      message: `Apply failed with 1 conflict: ${conflict}`,
    });
    expect(await apply('fieldManager=m&force=true', { replicas: 5 })).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 5 },
    });
    const { body } = await server.call(`${DEPLOYMENTS}/applied`);
    expect(ownersOf(body)).toContainEqual(['m', 'scale', { 'f:spec': { 'f:replicas': {} } }]);
    expect(ownersOf(body)).not.toContainEqual(expect.arrayContaining(['scaler']));
    expect(await apply('fieldManager=m', { replicas: -1 })).toMatchObject({ code: 422 });
    expect(await apply('fieldManager=m', {}, { kind: 'Odd' })).toMatchObject({ code: 400 });
    expect(await apply('', { replicas: 5 })).toMatchObject({ code: 422 });
    expect(await apply('fieldManager=m', {})).toMatchObject({ spec: {} });
  });

  it('a job that is deleted leaves its pods, which is said to who did not say so', async () => {
    const jobs = '/apis/batch/v1/namespaces/default/jobs';
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
    for (const name of ['a', 'b', 'c']) {
      await server.call(jobs, { method: 'POST', body: { metadata: { name }, spec: { template } } });
    }
    const warned = async (path: string) =>
      (await server.call(`${jobs}${path}`, { method: 'DELETE' })).headers['warning'];
    const warning = expect.stringMatching(/^299 - "child pods are preserved by default when jobs are deleted; /);
    expect([await warned('/a'), await warned('/b?propagationPolicy=Orphan'), await warned('')]).toEqual([
      warning,
      undefined,
      warning,
    ]);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Resource } from '../../../src/api/resource.ts';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { TokenRequest } from '../../kinds/authentication/v1/token-request.ts';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import kinds from '../../kinds/plugin.ts';
import { CustomResourceDefinition } from '../../kinds/apiextensions/v1/custom-resource-definition.ts';
import { resourcesOf } from '../../custom-resources/resource-of-version.ts';
import { testServer, type TestCall, type TestServer } from '../testing/test-server.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const WEB = '/apis/apps/v1/namespaces/default/deployments/web';
const TOKEN = '/api/v1/namespaces/default/serviceaccounts/default/token';
const REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
const FOOS = '/apis/ex.io/v1/namespaces/default/foos';
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const TABLE = 'application/json;as=Table;g=meta.k8s.io;v=v1';

const ONLY =
  'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf';

const answered = vi.fn(async ({ body }: { readonly body: unknown }) => body as AnyObject);
const reviewed = vi.fn(async (review: AnyObject) => review);

let server: TestServer;
beforeAll(async () => {
  const live = (kinds.contributes ?? []).flatMap(({ items }) => items) as Resource[];
  server = await testServer({
    resources: live,
    virtualKinds: [{ resource: 'subjectaccessreviews.authorization.k8s.io', create: reviewed }],
    subresources: [
      {
        resource: 'serviceaccounts',
        subresource: 'token',
        kind: { group: TokenRequest.group, version: TokenRequest.version, kind: TokenRequest.kind },
        verbs: ['create'],
        body: TokenRequest,
        create: answered,
      },
    ],
  });
  const labels = { app: 'web' };
  await server.admin.create(ConfigMap, { metadata: { name: 'a', namespace: 'default' } });
  await server.admin.create(Deployment, {
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    },
  });
  const definition = await server.admin.create(CustomResourceDefinition, {
    metadata: { name: 'foos.ex.io' },
    spec: {
      group: 'ex.io',
      scope: 'Namespaced',
      names: { plural: 'foos', kind: 'Foo' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  });
  live.push(...resourcesOf({ ...definition, status: { ...definition.status, acceptedNames: definition.spec.names } }));
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => vi.clearAllMocks());

const merge = (body: object): TestCall => ({
  method: 'PATCH',
  body,
  headers: { 'content-type': 'application/merge-patch+json' },
});
const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'web' }, spec: { replicas: 3 } };
const map = (name: string): object => ({ metadata: { name }, data: { x: 'y' } });

const VERBS: readonly (readonly [name: string, path: string, call: TestCall])[] = [
  ['create', MAPS, { method: 'POST', body: map('b') }],
  ['update', `${MAPS}/a`, { method: 'PUT', body: map('a') }],
  ['patch', `${MAPS}/a`, merge({ data: { x: 'y' } })],
  ['delete', `${MAPS}/a`, { method: 'DELETE' }],
  ['deletecollection', MAPS, { method: 'DELETE' }],
  ['get', `${MAPS}/a`, {}],
  ['get of nothing', `${MAPS}/none`, {}],
  ['list', MAPS, {}],
  ['watch', `${MAPS}?watch=1&timeoutSeconds=1`, {}],
  ['patch of a status', `${WEB}/status`, merge({ status: { replicas: 7 } })],
  ['get of a scale', `${WEB}/scale`, {}],
  ['update of a scale', `${WEB}/scale`, { method: 'PUT', body: scale }],
  ['patch of a scale', `${WEB}/scale`, merge({ spec: { replicas: 3 } })],
  [
    'finalize',
    '/api/v1/namespaces/default/finalize',
    { method: 'PUT', body: { metadata: { name: 'default' }, spec: { finalizers: [] } } },
  ],
  ['create of a part', TOKEN, { method: 'POST', body: { spec: { audiences: ['a'] } } }],
  ['create of what is not stored', REVIEWS, { method: 'POST', body: { spec: { user: 'u' } } }],
  ['create of a custom kind', FOOS, { method: 'POST', body: { ...map('b'), apiVersion: 'ex.io/v1', kind: 'Foo' } }],
];

const asked = (path: string, accept: string, call: TestCall = {}) =>
  server.call(path, { ...call, headers: { ...call.headers, accept } });

/** Refused with these words, and nothing was done for it. */
async function expectUndone(path: string, accept: string, call: TestCall, message: string): Promise<void> {
  const before = await server.api.objects.store.list('/', {});
  const { status, body, bytes } = await asked(path, accept, call);
  const after = await server.api.objects.store.list('/', {});
  expect([status, body ?? bytes.toString()]).toMatchObject([406, expect.anything()]);
  if (body !== undefined) expect(body).toMatchObject({ reason: 'NotAcceptable', code: 406, message });
  else expect(bytes.toString()).toContain(message);
  expect(after.revision).toBe(before.revision);
  expect([answered.mock.calls, reviewed.mock.calls]).toEqual([[], []]);
}

describe('an answer that the client would not take is not worked for', () => {
  it.each(VERBS)('%s', async (name, path, call) => {
    const watched = `, application/json;stream=watch, ${PROTOBUF};stream=watch`;
    const served = `application/json, application/yaml, ${PROTOBUF}${['list', 'watch'].includes(name) ? watched : ''}`;
    // Only built-in kinds are behind Go's router.
    const text = path.startsWith(FOOS) ? ONLY : `406: Not Acceptable\n\nAvailable representations: ${served}`;
    await expectUndone(path, 'application/xml', call, text);
  });

  it('a watch in YAML, and any application, which that router does not know', async () => {
    const streams = `application/json;stream=watch, ${PROTOBUF};stream=watch`;
    const { status, text } = await asked(`${MAPS}?watch=1&timeoutSeconds=1`, 'application/yaml');
    expect([status, text]).toEqual([
      406,
      expect.stringContaining(`message: "only the following media types are accepted: ${streams}"`),
    ]);
    expect((await asked(MAPS, 'application/*')).status).toBe(406);
    expect((await asked(FOOS, 'application/*')).status).toBe(200);
  });

  it.each(VERBS)('%s, of a shape that there is not', async (_, path, call) => {
    await expectUndone(path, 'application/json;as=Other;g=meta.k8s.io;v=v1', call, ONLY);
  });

  it.each([
    ['a custom kind in protobuf', FOOS, PROTOBUF, map('b')],
    ['a table in protobuf', MAPS, `${PROTOBUF};as=Table;g=meta.k8s.io;v=v1`, map('b')],
    ['a part of an object as a table', TOKEN, TABLE, {}],
    ['what is not stored as a table', REVIEWS, TABLE, { spec: { user: 'u' } }],
  ])('%s', async (_, path, accept, body) => {
    await expectUndone(path, accept, { method: 'POST', body }, ONLY);
  });

  it('a patch of a type that there is not is refused for that first', async () => {
    const call: TestCall = { method: 'PATCH', body: {}, headers: { 'content-type': 'text/plain' } };
    expect((await asked(`${MAPS}/a`, 'application/xml', call)).status).toBe(415);
  });

  it('who may not ask learns that first', async () => {
    const call: TestCall = { method: 'POST', body: map('b'), token: 'token-nobody' };
    expect((await asked(MAPS, 'application/xml', call)).status).toBe(403);
  });
});

describe('an answer that the client takes', () => {
  it('is the metadata of what is not stored, where that alone is asked for', async () => {
    const partial = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
    const body = { metadata: { name: 'r' }, spec: { user: 'u', nonResourceAttributes: { path: '/', verb: 'get' } } };
    expect(await asked(REVIEWS, partial, { method: 'POST', body })).toMatchObject({
      status: 201,
      body: { kind: 'PartialObjectMetadata' },
    });
    expect(await asked(TOKEN, partial, { method: 'POST', body: { spec: { audiences: ['a'] } } })).toMatchObject({
      status: 201,
      body: { kind: 'PartialObjectMetadata' },
    });
  });
});

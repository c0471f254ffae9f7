import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testServer, type TestServer } from '../testing/test-server.ts';

/** What a kube-apiserver 1.36.3, asked the same, was seen to answer about who owns what, and to people. */
let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const MAPS = '/api/v1/namespaces/default/configmaps';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const MERGE = { 'content-type': 'application/merge-patch+json' };

describe('owners', () => {
  it('of a name that is made up are told', async () => {
    const body = { metadata: { generateName: 'made-' }, data: {} };
    const made = await server.call(`${MAPS}?fieldManager=m`, { method: 'POST', body });
    expect(made.body).toMatchObject({
      metadata: { managedFields: [{ manager: 'm', fieldsV1: { 'f:metadata': { 'f:generateName': {} } } }] },
    });
  });

  it.each([
    ['an operation that there is not', { operation: 'Odd' }],
    ['no version', { operation: 'Update' }],
    ['fields of another form', { operation: 'Update', apiVersion: 'v1', fieldsType: 'Odd' }],
    [
      'what is no path',
      { operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { a: {} } } },
    ],
  ])('with %s leave those of before', async (_what, entry) => {
    const name = 'kept';
    await server.call(`${MAPS}?fieldManager=m`, { method: 'POST', body: { metadata: { name }, data: { x: '1' } } });
    const body = { metadata: { managedFields: [{ manager: 'x', ...entry }] } };
    expect(await server.call(`${MAPS}/${name}`, { method: 'PATCH', body, headers: MERGE })).toMatchObject({
      status: 200,
      body: { metadata: { managedFields: [{ manager: 'm' }] } },
    });
  });
});

it('annotations of a deployment count as a change of what is wanted, its labels do not', async () => {
  const labels = { app: 'web' };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const body = { metadata: { name: 'web' }, spec: { selector: { matchLabels: labels }, template } };
  await server.call(DEPLOYMENTS, { method: 'POST', body });
  const changed = async (metadata: object) =>
    (await server.call(`${DEPLOYMENTS}/web`, { method: 'PATCH', body: { metadata }, headers: MERGE })).body;
  expect(await changed({ labels: { a: 'b' } })).toMatchObject({ metadata: { generation: 1 } });
  expect(await changed({ annotations: { a: 'b' } })).toMatchObject({ metadata: { generation: 2 } });
});

it('the name of a disruption budget is not judged, only that it is a part of a path', async () => {
  const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
  const made = async (name: string) =>
    (await server.call(budgets, { method: 'POST', body: { metadata: { name }, spec: {} } })).status;
  expect([await made('A_'), await made('a/b')]).toEqual([201, 422]);
});

describe('an error', () => {
  it('is told in YAML to who asks for that', async () => {
    const { text, headers } = await server.call(`${MAPS}/none`, { headers: { accept: 'application/yaml' } });
    expect(headers['content-type']).toBe('application/yaml');
    expect(text).toMatch(/^apiVersion: v1\ncode: 404\n/);
  });

  it('is told so that people can read it', async () => {
    const pretty = /^{\n {2}"kind": "Status",\n/;
    expect((await server.call(`${MAPS}/none?pretty=1`)).text).toMatch(pretty);
    expect((await server.call(`${MAPS}/none`, { headers: { 'user-agent': 'curl/8' } })).text).toMatch(pretty);
    expect((await server.call(`${MAPS}/none`)).text).not.toMatch(pretty);
  });
});

it.each([
  ['bm9uc2Vuc2U=', 'illegal base64 data at input byte 11'],
  ['bm9uc', 'illegal base64 data at input byte 4'],
  ['W10', 'json: cannot unmarshal array into Go value of type storage.continueToken'],
  ['dHgi', "invalid character 'x' in literal true (expecting 'r')"],
])('a token %s continues nothing', async (token, detail) => {
  const { body } = await server.call(`${MAPS}?limit=1&continue=${encodeURIComponent(token)}`);
  expect(body).toMatchObject({ code: 400, message: `invalid continue token: continue key is not valid: ${detail}` });
});

describe('tables and lists', () => {
  const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  const NAMES = { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' };

  it('that are empty are null where nothing was appended', async () => {
    const none = '?fieldSelector=metadata.name%3Dnone';
    const roles = '/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles';
    expect((await server.call(`${MAPS}${none}`, { headers: NAMES })).body).toMatchObject({ items: null });
    expect((await server.call(`${roles}${none}`, { headers: TABLE })).body).toMatchObject({ rows: null });
    expect((await server.call(`${MAPS}${none}`, { headers: TABLE })).body).toMatchObject({ rows: [] });
  });

  it('have schemas of flows in the order in which they are asked', async () => {
    const schemas = '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas';
    for (const [name, matchingPrecedence] of [
      ['a', 30],
      ['b', 10],
      ['c', 10],
    ] as const) {
      const spec = { matchingPrecedence, priorityLevelConfiguration: { name: 'exempt' } };
      expect((await server.call(schemas, { method: 'POST', body: { metadata: { name }, spec } })).status).toBe(201);
    }
    const { body } = await server.call(schemas, { headers: TABLE });
    expect(body).toMatchObject({ rows: ['b', 'c', 'a'].map(name => ({ cells: expect.arrayContaining([name]) })) });
  });
});

it('an object without a name is judged as a whole', async () => {
  const { body } = await server.call('/api/v1/namespaces/default/pods', { method: 'POST', body: {} });
  expect(body).toMatchObject({
    code: 422,
    details: { causes: [{ field: 'metadata.name' }, { field: 'spec.containers' }] },
  });
});

it('a status is not applied to what is not there, whatever it is called', async () => {
  const headers = { 'content-type': 'application/apply-patch+yaml' };
  const path = `${DEPLOYMENTS}/none/status?fieldManager=m`;
  const { body } = await server.call(path, { method: 'PATCH', body: { kind: 'Odd' }, headers });
  expect(body).toMatchObject({ code: 404, message: 'deployments.apps "none" not found' });
});

it('a watch from the latest on that takes bookmarks is told when all that was there is told', async () => {
  const { text } = await server.call(`${MAPS}?watch=1&timeoutSeconds=1&allowWatchBookmarks=true`);
  expect(text).toMatch(/"type":"ADDED".*\n.*"type":"BOOKMARK".*"k8s\.io\/initial-events-end":"true"/s);
});

it('options of a removal that are no JSON, and numbers for texts in strategic patches, are told of as Go has it', async () => {
  const json = { 'content-type': 'application/json' };
  const removed = await server.call(`${MAPS}/none`, { method: 'DELETE', body: '{', headers: json });
  expect(removed.body).toMatchObject({
    message: "couldn't get version/kind; json parse error: unexpected end of JSON input",
  });
  await server.call(MAPS, { method: 'POST', body: { metadata: { name: 'told' } } });
  const headers = { 'content-type': 'application/strategic-merge-patch+json' };
  const { body } = await server.call(`${MAPS}/told`, { method: 'PATCH', body: { kind: 5 }, headers });
  expect(body).toMatchObject({ message: expect.stringContaining('cannot convert int64 to string') });
});

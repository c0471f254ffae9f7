import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { testServer, type TestCall, type TestServer } from '../testing/test-server.ts';

/** Methods, selectors and options that mean little, as a kube-apiserver 1.36.3 was seen to answer them. */
let server: TestServer;
const MAPS = '/api/v1/namespaces/default/configmaps';
const PODS = '/api/v1/namespaces/default/pods';
beforeAll(async () => {
  server = await testServer();
  for (const name of ['kept', 'more']) {
    await server.admin.create(ConfigMap, { metadata: { name, namespace: 'default' } });
  }
  for (const name of ['bare', 'done']) {
    const body = { metadata: { name }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    await server.call(PODS, { method: 'POST', body });
  }
});
afterAll(() => server[Symbol.asyncDispose]());

const answered = async (path: string, call: TestCall = {}) => {
  const { status, body, text } = await server.call(path, call);
  return { status, body, text };
};
const merge = (body: object): TestCall => ({
  method: 'PATCH',
  body,
  headers: { 'content-type': 'application/merge-patch+json' },
});

describe('methods', () => {
  it.each([
    ['HEAD', `${MAPS}/kept`],
    ['HEAD', MAPS],
    ['HEAD', '/version'],
    ['HEAD', '/apis/apps/v1'],
    ['POST', '/version'],
    ['PUT', '/api/v1'],
    ['DELETE', '/apis/apps/v1'],
    ['DELETE', `${PODS}/bare/status`],
    ['POST', `${PODS}/bare/status`],
  ] as const)('%s %s is not allowed', async (method, path) => {
    expect((await answered(path, { method })).status).toBe(405);
  });

  it('the removal of a status removes nothing', async () => {
    await answered(`${PODS}/bare/status`, { method: 'DELETE' });
    expect((await answered(`${PODS}/bare`)).body).not.toHaveProperty('metadata.deletionTimestamp');
  });

  it.each(['/livez', '/apis', '/apis/apps'])('%s answers whatever it is asked by', async path => {
    expect((await answered(path, { method: 'PUT', body: {} })).status).toBe(200);
  });
});

describe('revisions of what is made', () => {
  it.each([
    ['0', 201],
    ['v1', 201],
    ['7', 400],
  ])('%s: %i', async (resourceVersion, status) => {
    const body = { metadata: { name: `of-${resourceVersion}`, resourceVersion } };
    const made = await answered('/api/v1/namespaces/default/secrets', { method: 'POST', body });
    expect(made.status).toBe(status);
    if (status === 201)
      expect(made.body).toMatchObject({ metadata: { resourceVersion: expect.stringMatching(/^[1-9]/) } });
    else expect(made.text).toContain('resourceVersion should not be set on objects to be created');
  });
});

describe('field selectors', () => {
  it.each([
    [PODS, 'spec.b=x,spec.a!=y', 'field label not supported: spec.a'],
    ['/apis/batch/v1/jobs', 'spec.odd=x', 'field label "spec.odd" not supported for Job'],
    [
      '/apis/apps/v1/replicasets',
      'status.replicas=1',
      '"status.replicas" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
    [MAPS, 'metadata.name===', 'invalid field selector: unescaped character in value: 61'],
    [MAPS, 'metadata.name=a\\', 'invalid field selector: invalid escape sequence: \\'],
    [MAPS, 'metadata.name=a\\b', 'invalid field selector: invalid escape sequence: \\b'],
  ])('%s by %s', async (path, selector, message) => {
    expect(await answered(`${path}?fieldSelector=${encodeURIComponent(selector)}`)).toMatchObject({
      status: 400,
      body: { message },
    });
  });

  it('kinds of the whole cluster that have no fields of their own are of no namespace', async () => {
    const path = '/apis/storage.k8s.io/v1/storageclasses?fieldSelector=metadata.namespace%3Dx';
    expect(await answered(path)).toMatchObject({ status: 200, body: { items: [] } });
  });
});

describe('options', () => {
  it('a limit below nothing is none', async () => {
    expect(await answered(`${MAPS}?limit=-1`)).toMatchObject({ status: 200, body: { items: [{}, {}] } });
  });

  it('an odd dry run removes nothing', async () => {
    expect(await answered(`${MAPS}?dryRun=Odd`, { method: 'DELETE' })).toMatchObject({
      status: 422,
      body: {
        message: 'DeleteOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Odd"]: supported values: "All"',
      },
    });
    expect((await answered(`${MAPS}/kept`)).status).toBe(200);
  });

  it.each([
    ['uid', 'x', '"x"'],
    ['deletionTimestamp', '2020-01-01T00:00:00Z', '"2020-01-01T00:00:00Z"'],
    ['deletionGracePeriodSeconds', 4, '4'],
  ])('metadata.%s is nobody’s to change', async (field, value, shown) => {
    const said = `metadata.${field}: Invalid value: ${shown}: field is immutable`;
    expect(await answered(`${MAPS}/kept`, merge({ metadata: { [field]: value } }))).toMatchObject({
      status: 422,
      body: { message: `ConfigMap "kept" is invalid: ${said}`, details: { causes: [{}, {}] } },
    });
  });
});

describe('rows of pods', () => {
  it('tell that nothing more will happen', async () => {
    await answered(`${PODS}/done/status`, merge({ status: { phase: 'Failed' } }));
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const { body } = await answered(PODS, { headers: { accept } });
    const completed = { type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' };
    const { rows } = body as { rows: readonly object[] };
    expect(rows[0]).not.toHaveProperty('conditions');
    expect(rows[1]).toMatchObject({ conditions: [completed] });
  });
});

it('a kind of the document’s own version is told without it', async () => {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const { body } = await answered('/api', { headers: { accept } });
  const { items } = body as { items: readonly { versions: readonly { resources: readonly object[] }[] }[] };
  expect(items[0]?.versions[0]?.resources[0]).toMatchObject({ responseKind: { group: '', version: '' } });
});

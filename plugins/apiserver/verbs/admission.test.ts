import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import { badRequestError } from '../../../src/api/status-error.ts';
import type { AdmissionPlugin, AdmissionRequest, ConnectHandler, ConnectRequest } from '../contract.ts';
import { testServer, type TestServer } from '../testing/test-server.ts';

/** What admission was shown, and what it does with it. */
const shown: AdmissionRequest[] = [];
const judged: AdmissionRequest[] = [];
let change: (object: AnyObject) => AnyObject;
let judge: () => void;
const watching: AdmissionPlugin = {
  name: 'watching',
  order: 1,
  resources: ['*'],
  mutate: request => {
    shown.push(request);
    return change(request.object);
  },
  validate: request => {
    judged.push(request);
    judge();
  },
};
const opened: ConnectRequest[] = [];
const exec: ConnectHandler = {
  resource: 'pods',
  subresource: 'exec',
  verbs: ['get'],
  options: {
    kind: 'PodExecOptions',
    fields: { stdin: 'boolean', tty: 'boolean', container: 'string', command: 'strings' },
  },
  async stream(request) {
    opened.push(request);
  },
};
let server: TestServer;
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
beforeAll(async () => {
  [change, judge] = [object => object, () => undefined];
  server = await testServer({ admission: [watching] }, { connects: [exec] });
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'x' }] } };
  const body = { metadata: { name: 'd' }, spec: { selector: { matchLabels: { a: 'b' } }, template } };
  await server.call(DEPLOYMENTS, { method: 'POST', body });
  shown.length = 0;
});
afterAll(() => server[Symbol.asyncDispose]());
afterEach(() => {
  [change, judge] = [object => object, () => undefined];
  shown.length = 0;
  judged.length = 0;
  opened.length = 0;
});

it('sees a stream before it is opened, which is opened as it says', async () => {
  change = object => ({ ...object, command: ['echo', 'no'], tty: undefined }) as AnyObject;
  await server.call('/api/v1/namespaces/default/pods/p/exec?command=ls&command=-l&stdin=true&tty=0&container=');
  expect(shown).toMatchObject([
    {
      operation: 'CONNECT',
      namespace: 'default',
      name: 'p',
      subresource: 'exec',
      object: { kind: 'PodExecOptions', apiVersion: 'v1', command: ['ls', '-l'], stdin: true },
    },
  ]);
  expect(shown[0]?.object).not.toHaveProperty('tty');
  expect(opened.map(({ search }) => search)).toEqual(['?stdin=true&command=echo&command=no']);
  judge = () => {
    throw badRequestError('not here');
  };
  expect(await server.call('/api/v1/namespaces/default/pods/p/exec')).toMatchObject({
    status: 400,
    body: { message: 'not here' },
  });
  expect(opened).toHaveLength(1);
});

it('sees a scale as a scale, and what it makes of it counts', async () => {
  change = object => ({ ...object, spec: { replicas: 7 } }) as AnyObject;
  const answer = await server.call(`${DEPLOYMENTS}/d/scale?fieldManager=me`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { spec: { replicas: 3 } },
  });
  expect(answer).toMatchObject({ status: 200, body: { spec: { replicas: 7 } } });
  expect(shown).toMatchObject([
    {
      operation: 'UPDATE',
      subresource: 'scale',
      options: { fieldManager: 'me' },
      object: { kind: 'Scale', spec: { replicas: 3 } },
      oldObject: { kind: 'Scale', spec: { replicas: 1 } },
    },
  ]);
});

it('sees a new object as the client sent it: what the server says of it, it cannot say', async () => {
  change = object =>
    ({ ...object, metadata: { ...object.metadata, uid: 'mine' }, status: { replicas: 9 } }) as AnyObject;
  const answer = await server.call(`${DEPLOYMENTS}?dryRun=All&fieldValidation=Strict`, {
    method: 'POST',
    body: {
      metadata: { generateName: 'x-' },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'x' }] } },
      },
    },
  });
  const made = answer.body as {
    readonly metadata: { readonly uid: string; readonly name: string };
    readonly status: object;
  };
  expect([made.metadata.uid === 'mine', made.metadata.name.startsWith('x-'), made.status]).toEqual([false, true, {}]);
  expect(shown[0]).toMatchObject({ name: '', options: { dryRun: ['All'], fieldValidation: 'Strict' } });
  expect(shown[0]?.object?.metadata).not.toHaveProperty('uid');
  expect(shown[0]?.object?.metadata).not.toHaveProperty('name');
});

it('judges a put as of the revision it replaces, and a delete with its options', async () => {
  const path = '/api/v1/namespaces/default/configmaps';
  await server.call(path, { method: 'POST', body: { metadata: { name: 'm' } } });
  const put = await server.call(`${path}/m`, { method: 'PUT', body: { metadata: { name: 'm' }, data: { a: 'b' } } });
  const { resourceVersion: before } = judged[1]?.oldObject?.metadata ?? {};
  expect([put.status, judged[1]?.object?.metadata.resourceVersion]).toEqual([200, before]);
  await server.call(`${path}?dryRun=All&gracePeriodSeconds=3&propagationPolicy=Orphan`, { method: 'DELETE' });
  expect(judged[2]).toMatchObject({ operation: 'DELETE', object: undefined, dryRun: true });
  expect(judged[2]?.options).toEqual({ dryRun: ['All'], gracePeriodSeconds: 3, propagationPolicy: 'Orphan' });
});

it('sees a put that names no revision refused where its kind asks for one', async () => {
  const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
  await server.call(path, { method: 'POST', body: { metadata: { name: 'v' } } });
  shown.length = 0;
  expect(await server.call(`${path}/v`, { method: 'PUT', body: { metadata: { name: 'v' } } })).toMatchObject({
    status: 422,
    body: {
      message:
        'validatingwebhookconfigurations.admissionregistration.k8s.io "v" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    },
  });
  expect(shown).toEqual([]);
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AnyObject } from '../../src/api/object-meta.ts';
import { admission, type AdmissionPlugin } from '../apiserver/contract.ts';
import { Deployment } from '../kinds/apps/v1/deployment.ts';
import { MutatingWebhookConfiguration } from '../kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import { ValidatingWebhookConfiguration } from '../kinds/admissionregistration/v1/validating-webhook-configuration.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { ServiceAccount } from '../kinds/core/v1/service-account.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { Event as EventV1 } from '../kinds/events/v1/event.ts';
import { CONFIG_MAPS, startWebhookCluster, type WebhookCluster } from './testing/webhook-cluster.ts';
import { allowed, patched, type Reply } from './testing/webhook-server.ts';

/** Told of each object that it looks at. */
const seen: AnyObject[] = [];
const onlooker: AdmissionPlugin = {
  name: 'onlooker',
  order: 500,
  resources: ['configmaps'],
  mutate: ({ object }) => {
    seen.push(object);
    return object;
  },
};
let cluster: WebhookCluster;
beforeAll(async () => {
  cluster = await startWebhookCluster(admission(onlooker));
  await cluster.client.create(ServiceAccount, { metadata: { name: 'default', namespace: 'default' } });
});
afterAll(() => cluster[Symbol.asyncDispose]());
afterEach(async () => {
  await cluster.clear(ConfigMap);
  seen.length = 0;
});

const hook = (path: string, more: object = {}) => cluster.hook(path, more);
const mutating = (...webhooks: readonly object[]) =>
  cluster.client.create(MutatingWebhookConfiguration, { metadata: { name: 'm' }, webhooks } as never);
const validating = (...webhooks: readonly object[]) =>
  cluster.client.create(ValidatingWebhookConfiguration, { metadata: { name: 'v' }, webhooks } as never);
const map = (name: string, more: object = {}) =>
  cluster.client.create(ConfigMap, { metadata: { name, namespace: 'default' }, data: { a: 'b' }, ...more });
const replies = (path: string, reply: Reply): void => void cluster.server.replies.set(`/${path}`, () => reply);
const add = (key: string, value = 'x') => ({ op: 'add', path: `/data/${key}`, value });
const denied = (more: object = {}): Reply => ({ response: { allowed: false, ...more } });

describe('a webhook that mutates', () => {
  it('changes what is stored, from the first write after its configuration; what it changes is nobody’s', async () => {
    await mutating(hook('a'));
    replies('a', patched(add('by', 'hook'), { op: 'add', path: '/data2', value: {} }));
    const made = await map('mutated');
    expect(made.data).toEqual({ a: 'b', by: 'hook' });
    expect(made.metadata.managedFields).toMatchObject([{ fieldsV1: { 'f:data': { '.': {}, 'f:a': {} } } }]);
    expect(JSON.stringify(made.metadata.managedFields)).not.toContain('f:by');
  });

  it('is asked before the server names and marks the object, in the form upstream asks', async () => {
    await mutating(hook('a', { admissionReviewVersions: ['v2', 'v1beta1'] }));
    await cluster.client.create(ConfigMap, { metadata: { generateName: 'x-', namespace: 'default' } });
    const [asked] = cluster.server.asked;
    expect(asked?.review).toEqual({
      kind: 'AdmissionReview',
      apiVersion: 'admission.k8s.io/v1beta1',
      request: {
        uid: expect.any(String),
        kind: { group: '', version: 'v1', kind: 'ConfigMap' },
        resource: { group: '', version: 'v1', resource: 'configmaps' },
        requestKind: { group: '', version: 'v1', kind: 'ConfigMap' },
        requestResource: { group: '', version: 'v1', resource: 'configmaps' },
        namespace: 'default',
        operation: 'CREATE',
        userInfo: { username: 'admin', groups: ['system:masters', 'system:authenticated'] },
        object: {
          kind: 'ConfigMap',
          apiVersion: 'v1',
          metadata: { generateName: 'x-', namespace: 'default', managedFields: [expect.anything()] },
        },
        oldObject: null,
        dryRun: false,
        options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
      },
    });
  });

  it('may say who manages what, but no nonsense', async () => {
    await mutating(hook('a'));
    const owners = { op: 'replace', path: '/metadata/managedFields/0/operation', value: 'Odd' };
    replies('a', patched(owners));
    expect((await map('owned')).metadata.managedFields).toMatchObject([{ operation: 'Update' }]);
    replies('a', patched({ op: 'replace', path: '/metadata/managedFields', value: [] }));
    expect((await map('free')).metadata.managedFields).toBeUndefined();
  });

  it('has its object defaulted and judged again', async () => {
    await mutating(hook('a', { rules: [{ ...CONFIG_MAPS, resources: ['pods'] }] }));
    replies('a', patched({ op: 'add', path: '/spec/initContainers', value: [{ name: 'i', image: 'x' }] }));
    const pod = (name: string) =>
      cluster.client.create(Pod, {
        metadata: { name, namespace: 'default' },
        spec: { containers: [{ name: 'c', image: 'x' }] },
      });
    expect((await pod('one')).spec.initContainers).toMatchObject([{ imagePullPolicy: 'Always' }]);
    replies('a', patched({ op: 'add', path: '/spec/initContainers', value: [{ name: 'I' }] }));
    await expect(pod('two')).rejects.toThrow('spec.initContainers[0].name: Invalid value: "I"');
    replies('a', patched({ op: 'add', path: '/status', value: { phase: 'Running' } }));
    expect((await pod('three')).status.phase).toBe('Pending');
    replies('a', patched({ op: 'replace', path: '/spec', value: 5 }));
    await expect(pod('four')).rejects.toThrow(
      'Internal error occurred: json: cannot unmarshal number into Go struct field Pod.spec of type v1.PodSpec',
    );
  });

  it('is asked again, where it wishes so, after others changed the object, and all that is built in is', async () => {
    await mutating(hook('a', { reinvocationPolicy: 'IfNeeded' }), hook('b'));
    cluster.server.replies.set('/a', ({ review }) => {
      const { data } = review.request['object'] as { readonly data: object };
      return patched(add('data' in data ? 'c' : 'b', `${Object.keys(data).length}`));
    });
    replies('b', patched(add('data')));
    const { data } = await map('again');
    expect(data).toEqual({ a: 'b', b: '1', c: '3', data: 'x' });
    expect(cluster.server.asked.map(({ path }) => path)).toEqual(['/a', '/b', '/a']);
    expect(seen.map(object => Object.keys((object as ConfigMap).data ?? {}).length)).toEqual([1, 3]);
  });

  it('may not be asked what it would change of a deletion', async () => {
    await map('going');
    await mutating(hook('a', { rules: [{ ...CONFIG_MAPS, operations: ['DELETE'] }] }));
    replies('a', patched(add('x')));
    const key = { name: 'going', namespace: 'default' };
    await expect(cluster.client.delete(ConfigMap, key)).rejects.toThrow(
      'Internal error occurred: admission webhook "a.webhooks.test" attempted to modify the object, which is not supported for this operation',
    );
    expect(cluster.server.asked[0]?.review.request).toMatchObject({ operation: 'DELETE', name: 'going', object: null });
    replies('a', allowed());
    await cluster.client.delete(ConfigMap, key);
  });

  it('is not let take the status of what it is asked about, nor what only the server says', async () => {
    await map('fixed');
    await mutating(hook('a', { rules: [{ ...CONFIG_MAPS, operations: ['UPDATE'] }] }));
    replies('a', patched({ op: 'replace', path: '/metadata/uid', value: 'mine' }, add('by')));
    const before = await cluster.client.get(ConfigMap, { name: 'fixed', namespace: 'default' });
    const after = await cluster.client.update(ConfigMap, { ...before, data: { c: 'd' } });
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(after.data).toEqual({ c: 'd', by: 'x' });
    expect(cluster.server.asked[0]?.review.request).toMatchObject({
      oldObject: { data: { a: 'b' } },
      object: { data: { c: 'd' } },
    });
  });
});

describe('a webhook that validates', () => {
  it.each<[string, object, number, string | undefined, string]>([
    [
      'says why',
      { status: { message: 'no', code: 403, reason: 'Forbidden' } },
      403,
      'Forbidden',
      'denied the request: no',
    ],
    ['says a reason', { status: { reason: 'Odd', code: 200 } }, 400, 'Odd', 'denied the request: Odd'],
    ['says nothing', {}, 400, undefined, 'denied the request without explanation'],
  ])('refuses, and %s', async (_how, more, code, reason, text) => {
    await validating(hook('a'));
    replies('a', denied(more));
    const message = `admission webhook "a.webhooks.test" ${text}`;
    const status = { code, message, status: 'Failure', ...(reason === undefined ? {} : { reason }) };
    await expect(map('refused')).rejects.toMatchObject({ status });
  });

  it('sees the object as it is stored, of dry runs that they are', async () => {
    await validating(hook('a'));
    await cluster.client.create(ConfigMap, { metadata: { name: 'd', namespace: 'default' } }, { dryRun: true });
    expect(cluster.server.asked[0]?.review.request).toMatchObject({
      dryRun: true,
      name: 'd',
      object: { metadata: { uid: expect.any(String), creationTimestamp: expect.any(String) } },
    });
  });

  it.each<[string, () => Reply | Promise<Reply>, string]>([
    [
      'answers an error',
      () => ({ code: 500, type: 'text/plain', text: 'ow\n' }),
      'failed to call webhook: an error on the server ("ow") has prevented the request from succeeding',
    ],
    [
      'answers a status',
      () => ({ code: 409, text: '{"kind":"Status","apiVersion":"v1","status":"Failure","message":"busy"}' }),
      'failed to call webhook: busy',
    ],
    [
      'redirects',
      () => ({ code: 302, text: '' }),
      'failed to call webhook: the server responded with the status code 302 but did not return more information',
    ],
    [
      'answers nothing',
      () => ({ text: '' }),
      'failed to call webhook: 0-length response with status code: 200 and content type: application/json',
    ],
    [
      'answers no JSON',
      () => ({ text: 'x' }),
      "failed to call webhook: couldn't get version/kind; json parse error: invalid character 'x' looking for beginning of value",
    ],
    [
      'answers too much',
      () => ({ text: ' '.repeat(8 * 1024 * 1024 + 1) }),
      'failed to call webhook: the answer is larger than 8388608 bytes',
    ],
    ['answers no response', () => ({ text: '{}' }), 'received invalid webhook response: webhook response was absent'],
    [
      'answers something else',
      () => ({ text: '{"response":{"uid":"1"}}' }),
      'received invalid webhook response: expected response.uid="..."',
    ],
    [
      'patches',
      () => patched(add('x')),
      'received invalid webhook response: validating webhook may not return response.patch',
    ],
    [
      'does not answer in time',
      () => new Promise<never>(() => undefined),
      'failed to call webhook: Post "https://127.0.0.1:PORT/a?timeout=1s": context deadline exceeded',
    ],
  ])('that %s fails the request, or is passed over', async (how, reply, text) => {
    await validating(hook('a', { timeoutSeconds: how === 'does not answer in time' ? 1 : 30 }));
    cluster.server.replies.set('/a', reply);
    const reason = text.replace('PORT', String(cluster.server.port)).replace(/\.\.\..*/, '');
    const expected = `Internal error occurred: failed calling webhook "a.webhooks.test": ${reason}`;
    await expect(map('failing')).rejects.toThrow(expected);
    await cluster.client.patch(
      ValidatingWebhookConfiguration,
      { name: 'v' },
      {
        type: 'strategic',
        body: { webhooks: [{ name: 'a.webhooks.test', failurePolicy: 'Ignore' }] },
      },
    );
    expect((await map('failing')).data).toEqual({ a: 'b' });
  });

  it.each<[string, (own: string) => object, string]>([
    [
      'nobody listens',
      () => ({ url: 'https://127.0.0.1:1' }),
      'Post "https://127.0.0.1:1/?timeout=10s": dial tcp 127.0.0.1:1: connect: connection refused',
    ],
    [
      'nobody vouches',
      own => ({ url: `${own}/x/` }),
      'Post "OWN/x?timeout=10s": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
    [
      'another is named',
      own => ({ url: own.replace('127.0.0.1', 'localhost'), caBundle: cluster.server.caBundle }),
      'x509: certificate is valid for hook.default.svc, not localhost',
    ],
    [
      'no service is',
      () => ({ service: { namespace: 'default', name: 'none', path: '/p' } }),
      'Post "https://none.default.svc:443/p?timeout=10s": service "none" not found',
    ],
  ])('where %s is told so', async (_where, client, text) => {
    const own = `https://127.0.0.1:${cluster.server.port}`;
    await validating(hook('a', { clientConfig: client(own) }));
    const error = await map('unreached').then(() => '', String);
    expect(error).toContain('failed calling webhook "a.webhooks.test": failed to call webhook: Post "https://');
    expect(error).toContain(text.replace('OWN', own));
  });

  it('of a service whose endpoints are not ready waits for nobody', async () => {
    const { client } = cluster;
    const metadata = { name: 'hook', namespace: 'default' };
    await client.create(Service, { metadata, spec: { ports: [{ name: 'p', port: 443, targetPort: 1 }] } });
    await validating(hook('a', { clientConfig: { service: metadata, caBundle: cluster.server.caBundle } }));
    await expect(map('early')).rejects.toThrow(
      'Post "https://hook.default.svc:443/?timeout=10s": no endpoints available for service "hook"',
    );
  });
});

describe('who is asked', () => {
  it('nobody about configurations of webhooks, whatever they are asked about', async () => {
    const all = [{ ...CONFIG_MAPS, resources: ['*'] }];
    await validating(hook('a', { rules: all }));
    replies('a', denied());
    await mutating(hook('b'));
    await cluster.client.delete(MutatingWebhookConfiguration, { name: 'm' });
    await expect(map('x')).rejects.toThrow('denied');
    expect(cluster.server.asked.map(({ review }) => review.request['resource'])).toHaveLength(1);
  });

  it('by labels of the object, before or after, and of its namespace', async () => {
    await validating(
      hook('object', { objectSelector: { matchLabels: { on: 'yes' } } }),
      hook('namespace', { namespaceSelector: { matchLabels: { color: 'blue' } } }),
    );
    const made = await map('plain');
    expect(cluster.server.asked).toEqual([]);
    const labels = { on: 'yes' };
    await cluster.client.update(ConfigMap, { ...made, metadata: { ...made.metadata, labels } });
    const key = { name: 'plain', namespace: 'default' };
    await cluster.client.patch(ConfigMap, key, { type: 'merge', body: { metadata: { labels: null } } });
    await cluster.client.create(ConfigMap, { metadata: { name: 'plain', namespace: 'blue' } });
    expect(cluster.server.asked.map(({ path }) => path)).toEqual(['/object', '/object', '/namespace']);
  });

  it('by conditions that hold', async () => {
    const conditions = { matchConditions: [{ name: 'c', expression: 'object.metadata.name != "skipped"' }] };
    await mutating(hook('a', conditions));
    await validating(hook('b', conditions));
    await map('skipped');
    await map('asked');
    expect(cluster.server.asked.map(({ path }) => path)).toEqual(['/a', '/b']);
  });

  it('of what lies below a resource by its own name, with objects of its own', async () => {
    await mutating(hook('a', { rules: [{ ...CONFIG_MAPS, resources: ['*/scale'], operations: ['UPDATE'] }] }));
    replies('a', patched({ op: 'replace', path: '/spec/replicas', value: 7 }));
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'x' }] } };
    const key = { name: 'scaled', namespace: 'default' };
    await cluster.client.create(Deployment, {
      metadata: key,
      spec: { selector: { matchLabels: { a: 'b' } }, template },
    });
    const body = { spec: { replicas: 3 } };
    await cluster.client.patch(Deployment, key, { type: 'merge', body });
    expect(cluster.server.asked).toEqual([]);
  });

  it('of events, by either of their names, each in its form', async () => {
    await validating(hook('a', { rules: [{ ...CONFIG_MAPS, apiGroups: [''], resources: ['events'] }] }));
    await cluster.client.create(EventV1, {
      metadata: { name: 'e', namespace: 'default' },
      eventTime: '2026-01-01T00:00:00.000000Z',
      action: 'a',
      reason: 'r',
      type: 'Normal',
      reportingController: 'a.b/c',
      reportingInstance: 'i',
      regarding: { namespace: 'default', kind: 'Pod', name: 'p' },
      note: 'said',
    });
    expect(cluster.server.asked[0]?.review.request).toMatchObject({
      kind: { group: '', kind: 'Event' },
      requestKind: { group: 'events.k8s.io', kind: 'Event' },
      object: { apiVersion: 'v1', message: 'said' },
    });
    await cluster.client.patch(
      ValidatingWebhookConfiguration,
      { name: 'v' },
      {
        type: 'strategic',
        body: { webhooks: [{ name: 'a.webhooks.test', matchPolicy: 'Exact' }] },
      },
    );
    cluster.server.asked.length = 0;
    await cluster.client.deleteCollection(EventV1, { namespace: 'default' });
    expect(cluster.server.asked).toEqual([]);
  });
});

it('what webhooks took and said is counted, by name, operation and outcome', async () => {
  await mutating(hook('lets'));
  await validating(
    hook('refuses'),
    hook('fails', { failurePolicy: 'Ignore' }),
    hook('breaks', { failurePolicy: 'Fail' }),
  );
  replies('refuses', denied({ status: { code: 422 } }));
  for (const path of ['fails', 'breaks']) replies(path, { code: 500, text: 'no' });
  await expect(map('counted')).rejects.toThrow('denied the request');
  const text = cluster.metrics();
  const labels = (name: string, rejected: boolean, type = 'validating') =>
    `name="${name}.webhooks.test",operation="CREATE",rejected="${rejected}",type="${type}"`;
  for (const [code, told] of [
    [200, labels('lets', false, 'admit')],
    [422, labels('refuses', true)],
    [503, labels('fails', false)],
    [503, labels('breaks', true)],
  ]) {
    expect(text).toContain(`apiserver_admission_webhook_request_total{code="${code}",${told}} 1\n`);
    expect(text).toContain(`apiserver_admission_webhook_admission_duration_seconds_bucket{${told},le="25"} 1\n`);
  }
  const rejection = (error: string, name: string, code: number) =>
    `apiserver_admission_webhook_rejection_count{error_type="${error}",name="${name}.webhooks.test",operation="CREATE",rejection_code="${code}",type="validating"} 1\n`;
  expect(text).toContain(rejection('no_error', 'refuses', 422));
  expect(text).toContain(rejection('calling_webhook_error', 'breaks', 503));
});

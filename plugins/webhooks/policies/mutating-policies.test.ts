import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { admission, type AdmissionPlugin } from '../../apiserver/contract.ts';
import { MutatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/mutating-admission-policy-binding.ts';
import { MutatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/mutating-admission-policy.ts';
import { MutatingWebhookConfiguration } from '../../kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { startWebhookCluster, type WebhookCluster } from '../testing/webhook-cluster.ts';
import { patched } from '../testing/webhook-server.ts';

/** Sees what policies left, in each round, and marks it where it is to. */
const seen: (Readonly<Record<string, string>> | undefined)[] = [];
const later: AdmissionPlugin = {
  name: 'later',
  order: 9_950,
  resources: ['configmaps'],
  mutate: ({ object }) => {
    const { metadata } = object;
    seen.push(metadata.labels);
    if (metadata.annotations?.['mark'] !== 'wanted') return object;
    return { ...object, metadata: { ...metadata, annotations: { mark: 'made' } } };
  },
};
let cluster: WebhookCluster;
beforeAll(async () => {
  cluster = await startWebhookCluster(admission(later));
});
afterAll(() => cluster[Symbol.asyncDispose]());
afterEach(async () => {
  await cluster.clear(MutatingAdmissionPolicyBinding, MutatingAdmissionPolicy, ConfigMap, Deployment);
  seen.length = 0;
});

const configuring = (expression: string) => ({
  patchType: 'ApplyConfiguration' as const,
  applyConfiguration: { expression },
});
const patching = (expression: string) => ({ patchType: 'JSONPatch' as const, jsonPatch: { expression } });
const ruleOf = (resource: string) => ({
  operations: ['CREATE', 'UPDATE'],
  apiGroups: ['*'],
  apiVersions: ['*'],
  resources: [resource],
});
const labelled = (labels: string, by = configuring) => by(`Object{metadata: Object.metadata{labels: ${labels}}}`);
/** A policy and its binding of the same name. */
async function inForce(
  mutations: readonly object[],
  more: object = {},
  { name = 'p', binding = {}, on = 'configmaps' } = {},
) {
  const spec = { matchConstraints: { resourceRules: [ruleOf(on)] }, reinvocationPolicy: 'Never', mutations, ...more };
  await cluster.client.create(MutatingAdmissionPolicy, { metadata: { name }, spec } as never);
  await cluster.client.create(MutatingAdmissionPolicyBinding, {
    metadata: { name },
    spec: { policyName: name, ...binding },
  });
}
const map = (more: object = {}, within = 'default') =>
  cluster.client.create(ConfigMap, { metadata: { name: 'm', namespace: within, ...more }, data: { a: 'b' } });
const labelsOf = async (more: object = {}) => (await map(more)).metadata.labels;
const deployment = (spec: object = {}) =>
  cluster.client.create(Deployment, {
    metadata: { name: 'd', namespace: 'default' },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'd' } },
      template: {
        metadata: { labels: { app: 'd' } },
        spec: { containers: [{ name: 'c', image: 'i', env: [{ name: 'F', value: 'w' }] }] },
      },
      ...spec,
    },
  });
const WHO = "policy 'p' with binding 'p' denied request: ";

describe('a configuration', () => {
  it('is merged into objects, from the write after its binding, and its fields are nobody’s', async () => {
    await inForce([labelled("{'x': 'y'}")]);
    const made = await map({ labels: { own: 'label' } });
    expect(made.metadata.labels).toEqual({ own: 'label', x: 'y' });
    expect(JSON.stringify(made.metadata.managedFields)).not.toContain('f:x');
  });

  it('has items of lists by their keys, in the order in which it says them', async () => {
    const container = 'Object.spec.template.spec.containers';
    const spec = `Object.spec.template.spec{containers: [${container}{name: 'new', image: 'n'}, ${container}{name: 'c', env: [${container}.env{name: 'E', value: 'v'}]}]}`;
    await inForce(
      [configuring(`Object{spec: Object.spec{template: Object.spec.template{spec: ${spec}}}}`)],
      {},
      { on: 'deployments' },
    );
    const { containers } = (await deployment()).spec.template.spec;
    expect(containers).toMatchObject([
      { name: 'new', image: 'n', imagePullPolicy: 'Always' },
      {
        name: 'c',
        image: 'i',
        env: [
          { name: 'F', value: 'w' },
          { name: 'E', value: 'v' },
        ],
      },
    ]);
  });

  it.each([
    [
      "Object{spec: Object.spec{selector: Object.spec.selector{matchLabels: {'a': 'b'}}}}",
      'error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.selector',
    ],
    [
      'Object{spec: Object.spec{odd: 1}}',
      'error applying patch: failed to convert patch object to typed object: .spec.odd: field not declared in schema',
    ],
    [
      'Object{spec: Object.spec{replicas: null}}',
      'error applying patch: failed to convert patch object to typed object: .spec.replicas: expected numeric (int or float), got structpb.NullValue',
    ],
    [
      'Object{spec: Object.wrong{replicas: 1}}',
      'type mismatch: unexpected type name "Object.wrong", expected "Object.spec", which matches field name path from root Object type',
    ],
    [
      "Object{metadata: Object.metadata{creationTimestamp: 'x'}}",
      'unable to convert unstructured object to apps/v1, Kind=Deployment: parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"',
    ],
    [
      'Object{spec: Object.spec{replicas: object.odd}}',
      "expression 'Object{spec: Object.spec{replicas: object.odd}}' resulted in error: no such key: odd",
    ],
  ])('that cannot be merged is refused: %s', async (expression, problem) => {
    await inForce([configuring(expression)], {}, { on: 'deployments' });
    await expect(deployment()).rejects.toMatchObject({
      status: {
        code: 403,
        reason: 'Invalid',
        message: `${WHO}${problem}`,
        details: { name: 'd', group: 'apps', kind: 'deployments', causes: [{ message: `${WHO}${problem}` }] },
      },
    });
  });

  it('has its object judged as all others are', async () => {
    await inForce([configuring('Object{spec: Object.spec{replicas: -1}}')], {}, { on: 'deployments' });
    await expect(deployment()).rejects.toThrow('spec.replicas: Invalid value: -1');
  });
});

describe('a JSON patch', () => {
  it('changes what it points to, keys of its pointers escaped', async () => {
    await inForce([
      patching("[JSONPatch{op: 'add', path: '/metadata/labels', value: {'a/b': 'c'}}]"),
      patching("[JSONPatch{op: 'copy', from: '/metadata/labels/' + jsonpatch.escapeKey('a/b'), path: '/data/copy'}]"),
    ]);
    expect((await map()).data).toEqual({ a: 'b', copy: 'c' });
  });

  it('changes nothing where one of its tests fails', async () => {
    await inForce([
      patching(
        "[JSONPatch{op: 'add', path: '/data/c', value: 'd'}, JSONPatch{op: 'test', path: '/data/none', value: 'x'}]",
      ),
    ]);
    expect((await map()).data).toEqual({ a: 'b' });
  });

  it('that does not apply is refused, and what leaves no object behind whatever its policy says', async () => {
    await inForce([patching("[JSONPatch{op: 'remove', path: '/data/odd'}]")]);
    await expect(map()).rejects.toThrow(
      `${WHO}JSON Patch: error in remove for path: '/data/odd': Unable to remove nonexistent key: odd: missing value`,
    );
    await inForce(
      [patching("[JSONPatch{op: 'add', path: '/odd', value: 1}]")],
      { failurePolicy: 'Ignore' },
      { name: 'a' },
    );
    await expect(map()).rejects.toMatchObject({
      status: { code: 500, message: 'Internal error occurred: strict decoding error: unknown field "odd"' },
    });
  });

  it('of more operations than anybody counts is refused', async () => {
    const operation = "[[JSONPatch{op: 'add', path: '/data/c', value: 'd'}]]";
    const doubled = `${operation}${'.map(x, x + x)'.repeat(40)}[0]`;
    await inForce([patching(doubled)]);
    await expect(map()).rejects.toThrow('The allowed maximum operations in a JSON patch is 10000');
  });

  it('reaches what lies below a resource', async () => {
    await deployment();
    await inForce(
      [patching("[JSONPatch{op: 'replace', path: '/spec/replicas', value: object.spec.replicas * 2}]")],
      {},
      { on: 'deployments/scale' },
    );
    const body = { spec: { replicas: 3 } };
    const key = { name: 'd', namespace: 'default' };
    await cluster.client.patch(Deployment, key, { type: 'merge', body }, { subresource: 'scale' });
    expect((await cluster.client.get(Deployment, key)).spec.replicas).toBe(6);
  });
});

describe('a policy', () => {
  it('changes one after the other, each seeing what the last one left, and the variables of that', async () => {
    await inForce([labelled("{'first': variables.count}"), labelled("{'second': variables.count}")], {
      variables: [
        { name: 'size', expression: 'has(object.metadata.labels) ? size(object.metadata.labels) : 0' },
        { name: 'count', expression: 'string(variables.size) + request.operation' },
      ],
    });
    expect(await labelsOf()).toEqual({ first: '0CREATE', second: '1CREATE' });
  });

  it('leaves alone what does not meet its conditions, and where that cannot be told refuses', async () => {
    await inForce([labelled("{'x': 'y'}")], { matchConditions: [{ name: 'c', expression: "object.data.a == 'z'" }] });
    expect(await labelsOf()).toBeUndefined();
    await cluster.client.deleteCollection(MutatingAdmissionPolicy, {});
    const matchConditions = [{ name: 'c', expression: 'object.data.z == "a"' }];
    await inForce([labelled("{'x': 'y'}")], { matchConditions }, { name: 'q' });
    await expect(map({ name: 'n' })).rejects.toThrow("policy 'q' with binding 'q' denied request: expression '");
  });

  it('passes over what it cannot do where it says so, and does the rest', async () => {
    await inForce([labelled('object.odd'), labelled("{'x': 'y'}")], { failurePolicy: 'Ignore' });
    expect(await labelsOf()).toEqual({ x: 'y' });
  });

  it('tells all that fails', async () => {
    await inForce([labelled('object.odd'), labelled('object.odder')]);
    await expect(map()).rejects.toMatchObject({ status: { details: { causes: [{}, {}] } } });
  });

  it('is bound to namespaces and parameters, which may not be there', async () => {
    const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' };
    const paramRef = { name: 'given', namespace: 'default', parameterNotFoundAction: 'Deny' };
    const matchResources = { namespaceSelector: { matchLabels: { color: 'blue' } } };
    await inForce([labelled('params.data')], { paramKind }, { binding: { paramRef, matchResources } });
    await expect(map({}, 'blue')).rejects.toMatchObject({
      status: {
        reason: 'Forbidden',
        message: `${WHO}failed to configure binding: no params found for policy binding with \`Deny\` parameterNotFoundAction`,
      },
    });
    await map({ name: 'given' });
    expect((await map({}, 'blue')).metadata.labels).toEqual({ a: 'b' });
  });

  it('of a kind of parameters that is not there refuses what it is about', async () => {
    const paramKind = { apiVersion: 'odd.example.com/v1', kind: 'Odd' };
    await inForce([labelled("{'x': 'y'}")], { paramKind });
    await expect(map()).rejects.toThrow(
      `policy "p" denied request: failed to configure policy: failed to find resource referenced by paramKind: 'odd.example.com/v1, Kind=Odd'`,
    );
  });

  it('changes changes, and dry runs, but no policies', async () => {
    await inForce([labelled("{'dry': string(request.dryRun), 'old': string(oldObject != null)}")], {
      matchConstraints: { resourceRules: [{ ...ruleOf('*'), operations: ['*'] }] },
    });
    expect(await labelsOf()).toEqual({ dry: 'false', old: 'false' });
    const patch = { type: 'merge', body: { data: { c: 'd' } } } as const;
    const key = { name: 'm', namespace: 'default' };
    const dry = await cluster.client.patch(ConfigMap, key, patch, { dryRun: true });
    expect(dry.metadata.labels).toEqual({ dry: 'true', old: 'true' });
    const policy = await cluster.client.patch(
      MutatingAdmissionPolicy,
      { name: 'p' },
      {
        type: 'merge',
        body: { metadata: { annotations: { a: 'b' } } },
      },
    );
    expect(policy.metadata.labels).toBeUndefined();
  });

  it('may not move an object', async () => {
    await inForce([patching("[JSONPatch{op: 'replace', path: '/metadata/namespace', value: 'blue'}]")]);
    await expect(map()).rejects.toMatchObject({
      status: {
        code: 400,
        message: 'the namespace of the provided object does not match the namespace sent on the request',
      },
    });
  });
});

describe('who looks again', () => {
  const counting = labelled("{'count': string(int(object.metadata.?labels.count.orValue('0')) + 1)}");

  it('are all that are built in, and of policies those that wish to', async () => {
    await inForce([counting]);
    expect(await labelsOf()).toEqual({ count: '1' });
    expect(seen).toEqual([{ count: '1' }, { count: '1' }]);
    await cluster.client.deleteCollection(ConfigMap, {});
    const body = { spec: { reinvocationPolicy: 'IfNeeded' } };
    await cluster.client.patch(MutatingAdmissionPolicy, { name: 'p' }, { type: 'merge', body });
    expect(await labelsOf()).toEqual({ count: '2' });
  });

  it('is nobody where no policy changed anything', async () => {
    await inForce([counting], { matchConditions: [{ name: 'c', expression: 'false' }] });
    await map();
    expect(seen).toHaveLength(1);
  });

  it('sees what others made of it meanwhile', async () => {
    const marked = "{'marked': object.metadata.annotations.mark}";
    await inForce([labelled(marked)], { reinvocationPolicy: 'IfNeeded' });
    expect((await map({ annotations: { mark: 'wanted' } })).metadata.labels).toEqual({ marked: 'made' });
  });

  it('is a policy that webhooks come after, where one of these changed the object', async () => {
    await inForce([labelled("{'size': string(size(object.data))}")], { reinvocationPolicy: 'IfNeeded' });
    await cluster.client.create(MutatingWebhookConfiguration, {
      metadata: { name: 'm' },
      webhooks: [cluster.hook('a')],
    } as never);
    cluster.server.replies.set('/a', () => patched({ op: 'add', path: '/data/by', value: 'hook' }));
    expect(await labelsOf()).toEqual({ size: '2' });
    expect(cluster.server.asked).toMatchObject([
      { review: { request: { object: { metadata: { labels: { size: '1' } } } } } },
    ]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isStatusError } from '../../../src/api/status-error.ts';
import { startCluster, type TestCluster } from '../../../src/sdk/testing/cluster.ts';
import { MutatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/mutating-admission-policy-binding.ts';
import { MutatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/mutating-admission-policy.ts';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { Namespace } from '../../kinds/core/v1/namespace.ts';

/** The steps of upstream's conformance tests, test/e2e/apimachinery/mutatingadmissionpolicy.go. */
let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster({ without: ['controllers', 'scheduler'] });
  await cluster.client.create(Namespace, { metadata: { name: 'mine', labels: { unique: 'true' } } });
});
afterAll(() => cluster[Symbol.asyncDispose]());

const namespaceSelector = { matchLabels: { unique: 'true' } };
const resourceRules = [
  { operations: ['CREATE', 'UPDATE'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'] },
];
const spec = (expression: string) => ({
  reinvocationPolicy: 'Never' as const,
  matchConstraints: { namespaceSelector, resourceRules },
  mutations: [{ patchType: 'ApplyConfiguration' as const, applyConfiguration: { expression } }],
});
const deployment = (namespace: string) =>
  cluster.client.create(Deployment, {
    metadata: { name: 'marker', namespace, labels: { app: 'nginx' } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'nginx' } },
      template: {
        metadata: { labels: { app: 'nginx' } },
        spec: { containers: [{ name: 'nginx', image: 'nginx:latest' }] },
      },
    },
  });

describe('a policy in force', () => {
  it.each([
    [
      "Object{metadata: Object.metadata{annotations: {'mutated-by': 'admission-policy'}}}",
      { metadata: { annotations: { 'mutated-by': 'admission-policy' } } },
    ],
    ['Object{spec: Object.spec{replicas: 1337}}', { spec: { replicas: 1337 } }],
  ])('changes a Deployment of its namespaces: %s', async (expression, changed) => {
    const { client } = cluster;
    await client.create(MutatingAdmissionPolicy, { metadata: { name: 'p' }, spec: spec(expression) });
    await client.create(MutatingAdmissionPolicyBinding, {
      metadata: { name: 'b' },
      spec: { policyName: 'p', matchResources: { namespaceSelector } },
    });
    expect(await deployment('mine')).toMatchObject(changed);
    expect(await deployment('default')).not.toMatchObject(changed);
    await client.deleteCollection(Deployment, {});
    await client.delete(MutatingAdmissionPolicyBinding, { name: 'b' });
    expect(await deployment('mine')).not.toMatchObject(changed);
    await client.delete(MutatingAdmissionPolicy, { name: 'p' });
    await client.deleteCollection(Deployment, {});
  });
});

describe.each([
  [
    MutatingAdmissionPolicy,
    spec('Object{spec: Object.spec{replicas: 100}}'),
    { reinvocationPolicy: 'IfNeeded' },
    { reinvocationPolicy: 'Never' },
  ],
  [
    MutatingAdmissionPolicyBinding,
    { policyName: 'replicalimit-policy.example.com' },
    { policyName: 'new-policy.example.com' },
    { policyName: 'replicalimit-policy.example.com' },
  ],
] as const)('$kind', (kind, first, patch, last) => {
  it('is made, read, watched, changed and taken away, alone and with others', async () => {
    const { client } = cluster;
    const labelSelector = 'example=steps';
    const metadata = { generateName: 'e2e-example-', labels: { example: 'steps' } };
    const make = () => client.create(kind, { metadata, spec: first } as never);
    await make();
    await make();
    const made = await make();
    const key = { name: made.metadata.name };
    const read = await client.get(kind, key);
    expect(read.metadata).toMatchObject({ uid: made.metadata.uid, generation: 1 });
    const { items, resourceVersion } = await client.list(kind, { labelSelector });
    expect(items).toHaveLength(3);
    const ended = new AbortController();
    const events = client.watch(kind, {
      labelSelector,
      resourceVersion,
      signal: ended.signal,
    });
    const body = { metadata: { annotations: { patched: 'true' } }, spec: patch };
    const changed = await client.patch(kind, key, { type: 'merge', body });
    expect(changed).toMatchObject({ metadata: { annotations: { patched: 'true' }, generation: 2 }, spec: patch });
    expect(Number(changed.metadata.resourceVersion)).toBeGreaterThan(Number(read.metadata.resourceVersion));
    const annotations = { ...changed.metadata.annotations, updated: 'true' };
    const next = { ...changed, metadata: { ...changed.metadata, annotations }, spec: { ...changed.spec, ...last } };
    expect(await client.update(kind, next as never)).toMatchObject({ metadata: { annotations }, spec: last });
    expect(await firstOf(events)).toMatchObject({
      type: 'MODIFIED',
      object: { kind: kind.kind, metadata: { annotations: { patched: 'true' } } },
    });
    ended.abort();
    await client.delete(kind, key);
    await expect(client.get(kind, key)).rejects.toSatisfy(error => isStatusError(error, 'NotFound'));
    expect((await client.list(kind, { labelSelector })).items).toHaveLength(2);
    await client.deleteCollection(kind, { labelSelector });
    expect((await client.list(kind, { labelSelector })).items).toEqual([]);
  });
});

async function firstOf(events: AsyncIterable<unknown>): Promise<unknown> {
  for await (const event of events) return event;
  return undefined;
}

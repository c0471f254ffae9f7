import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MutatingWebhookConfiguration } from '../kinds/admissionregistration/v1/mutating-webhook-configuration.ts';
import { ValidatingWebhookConfiguration } from '../kinds/admissionregistration/v1/validating-webhook-configuration.ts';
import { ValidatingAdmissionPolicyBinding } from '../kinds/admissionregistration/v1/validating-admission-policy-binding.ts';
import { ValidatingAdmissionPolicy } from '../kinds/admissionregistration/v1/validating-admission-policy.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { CONFIG_MAPS, startWebhookCluster, type WebhookCluster } from '../webhooks/testing/webhook-cluster.ts';
import { allowed, patched } from '../webhooks/testing/webhook-server.ts';
import { auditors } from './contract.ts';
import { memoryRecord } from './testing/memory-record.ts';

/** By a clock that stands: no request is slow. */
const record = memoryRecord(
  [
    { level: 'Metadata', userGroups: ['brief'] },
    { resources: [{ group: '', resources: ['configmaps'], resourceNames: [] }] },
    { level: 'None' },
  ],
  { now: () => 0 },
);
let cluster: WebhookCluster;
beforeAll(async () => {
  cluster = await startWebhookCluster(auditors(record.auditor));
});
afterAll(() => cluster[Symbol.asyncDispose]());
afterEach(() => cluster.clear());

const hook = (path: string, more: object = {}) => cluster.hook(path, more);

/** What is on record of the creation of a ConfigMap besides who let it pass. */
async function annotationsOf(name: string, groups: readonly string[] = []): Promise<object> {
  const client = cluster.clients.as({ name: 'admin', groups: ['system:masters', ...groups] });
  await client
    .create(ConfigMap, { metadata: { name, namespace: 'default' }, data: { a: 'b' } })
    .catch((error: unknown) => error);
  const event = record.events.find(({ stage, objectRef }) => stage === 'ResponseComplete' && objectRef?.name === name);
  return Object.fromEntries(
    Object.entries(event?.annotations ?? {}).filter(([key]) => !key.startsWith('authorization.k8s.io/')),
  );
}

describe('webhooks on record', () => {
  it('say what they wish, whether they changed the object, and by which patch where objects are on record', async () => {
    const webhooks = [hook('first'), hook('second'), hook('third', { reinvocationPolicy: 'IfNeeded' })];
    await cluster.client.create(MutatingWebhookConfiguration, { metadata: { name: 'm' }, webhooks } as never);
    await cluster.client.create(ValidatingWebhookConfiguration, {
      metadata: { name: 'v' },
      webhooks: [hook('judge')],
    } as never);
    const operations = [{ op: 'add', path: '/data/by', value: 'hook' }];
    cluster.server.replies.set('/second', () => patched(...operations));
    cluster.server.replies.set('/judge', () => allowed({ auditAnnotations: { seen: 'yes', 'no key': 'x' } }));
    const told = (webhook: string, mutated: boolean) =>
      JSON.stringify({ configuration: 'm', webhook: `${webhook}.webhooks.test`, mutated });
    const always = {
      'mutation.webhook.admission.k8s.io/round_0_index_0': told('first', false),
      'mutation.webhook.admission.k8s.io/round_0_index_1': told('second', true),
      'mutation.webhook.admission.k8s.io/round_0_index_2': told('third', false),
      'judge.webhooks.test/seen': 'yes',
    };
    const patch = { configuration: 'm', webhook: 'second.webhooks.test', patch: operations, patchType: 'JSONPatch' };
    expect(await annotationsOf('whole')).toEqual({
      ...always,
      'patch.webhook.admission.k8s.io/round_0_index_1': JSON.stringify(patch),
    });
    expect(await annotationsOf('brief', ['brief'])).toEqual(always);
  });

  it('are told apart by round where they are asked again', async () => {
    const webhooks = [hook('again', { reinvocationPolicy: 'IfNeeded' }), hook('late')];
    await cluster.client.create(MutatingWebhookConfiguration, { metadata: { name: 'm' }, webhooks } as never);
    cluster.server.replies.set('/late', () => patched({ op: 'add', path: '/data/by', value: 'late' }));
    const annotations = await annotationsOf('again', ['brief']);
    expect(Object.keys(annotations).toSorted()).toEqual([
      'mutation.webhook.admission.k8s.io/round_0_index_0',
      'mutation.webhook.admission.k8s.io/round_0_index_1',
      'mutation.webhook.admission.k8s.io/round_1_index_0',
    ]);
  });

  it('that failed and did not matter are named', async () => {
    const gone = { clientConfig: { url: 'https://127.0.0.1:1/' }, failurePolicy: 'Ignore' };
    await cluster.client.create(MutatingWebhookConfiguration, {
      metadata: { name: 'm' },
      webhooks: [hook('gone', gone)],
    } as never);
    await cluster.client.create(ValidatingWebhookConfiguration, {
      metadata: { name: 'v' },
      webhooks: [hook('there'), hook('away', gone)],
    } as never);
    expect(await annotationsOf('open', ['brief'])).toEqual({
      'failed-open.mutation.webhook.admission.k8s.io/round_0_index_0': 'gone.webhooks.test',
      'failed-open.validating.webhook.admission.k8s.io/round_0_index_1': 'away.webhooks.test',
      'mutation.webhook.admission.k8s.io/round_0_index_0':
        '{"configuration":"m","webhook":"gone.webhooks.test","mutated":false}',
    });
  });
});

describe('policies on record', () => {
  it('say what does not hold where a binding wishes that, and what they wish in any case', async () => {
    await cluster.client.create(ValidatingAdmissionPolicy, {
      metadata: { name: 'p.test' },
      spec: {
        matchConstraints: { resourceRules: [CONFIG_MAPS] },
        validations: [{ expression: 'true' }, { expression: "object.metadata.name != 'odd'", message: 'is odd' }],
        auditAnnotations: [
          { key: 'who', valueExpression: "' ' + object.metadata.name" },
          { key: 'nobody', valueExpression: 'null' },
          { key: 'blank', valueExpression: "' '" },
        ],
      },
    });
    await cluster.client.create(ValidatingAdmissionPolicyBinding, {
      metadata: { name: 'b' },
      spec: { policyName: 'p.test', validationActions: ['Audit', 'Warn'] },
    });
    expect(await annotationsOf('even')).toEqual({ 'p.test/who': 'even' });
    expect(await annotationsOf('odd')).toEqual({
      'p.test/who': 'odd',
      'validation.policy.admission.k8s.io/validation_failure':
        '[{"message":"is odd","policy":"p.test","binding":"b","expressionIndex":1,"validationActions":["Audit","Warn"]}]',
    });
  });
});

import { describe, expect, it } from 'vitest';
import { BORN, row } from '../../testing/row.ts';
import { complaints, stored } from '../../testing/complaints.ts';
import { MutatingWebhookConfiguration } from './mutating-webhook-configuration.ts';
import { ValidatingWebhookConfiguration } from './validating-webhook-configuration.ts';

const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const hook = (more: object = {}) => ({
  name: 'a.b.c',
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  clientConfig: { url: 'https://a.b/c' },
  ...more,
});
const service = (more: object) => ({ clientConfig: { service: { namespace: 'n', name: 's', ...more } } });
const told = (more: object): readonly string[] =>
  complaints(ValidatingWebhookConfiguration, { webhooks: [hook(more)] }).map(text => text.replace('webhooks[0].', ''));

/** As a kube-apiserver 1.36.3 was seen to word them. */
describe('what is wrong with a webhook', () => {
  it.each<[string, object, readonly string[]]>([
    ['nothing', {}, []],
    [
      'its name',
      { name: 'a.b' },
      ['name: Invalid value: "a.b": should be a domain with at least three segments separated by dots'],
    ],
    ['no operations', { rules: [{ ...rule, operations: [] }] }, ['rules[0].operations: Required value']],
    [
      'wildcards beside others',
      { rules: [{ ...rule, operations: ['*', 'GET'], apiGroups: ['*', 'a'], apiVersions: [''] }] },
      [
        'rules[0].operations: Invalid value: ["*","GET"]: if \'*\' is present, must not specify other operations',
        'rules[0].operations[1]: Unsupported value: "GET": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"',
        'rules[0].apiGroups: Invalid value: ["*","a"]: if \'*\' is present, must not specify other API groups',
        'rules[0].apiVersions[0]: Required value',
      ],
    ],
    [
      'resources that a wildcard covers',
      { rules: [{ ...rule, resources: ['*', 'pods/*', 'pods/log', 'pods'] }] },
      [
        'rules[0].resources[2]: Invalid value: "pods/log": if \'pods/*\' is present, must not specify pods/log',
        'rules[0].resources: Invalid value: ["*","pods/*","pods/log","pods"]: if \'*\' is present, must not specify other resources without subresources',
      ],
    ],
    [
      'lasting effects',
      { sideEffects: 'Some' },
      ['sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'],
    ],
    [
      'effects untold',
      { sideEffects: undefined },
      ['sideEffects: Required value: must specify one of None, NoneOnDryRun'],
    ],
    [
      'its time',
      { timeoutSeconds: 31 },
      ['timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds'],
    ],
    [
      'nobody to ask',
      { clientConfig: {} },
      ['clientConfig: Required value: exactly one of url or service is required'],
    ],
    [
      'an address that says too much',
      { clientConfig: { url: 'http://u@a.b?c#d' } },
      [
        'clientConfig.url: Invalid value: "http": \'https\' is the only allowed URL scheme; desired format: https://host[/path]',
        'clientConfig.url: Invalid value: "u": user information is not permitted in the URL',
        'clientConfig.url: Invalid value: "d": fragments are not permitted in the URL',
        'clientConfig.url: Invalid value: "c": query parameters are not permitted in the URL',
      ],
    ],
    [
      'no address',
      { clientConfig: { url: 'https://a.b:x/y' } },
      [
        'clientConfig.url: Required value: url must be a valid URL: parse "https://a.b:x/y": invalid port ":x" after host; desired format: https://host[/path]',
      ],
    ],
    [
      'a service',
      service({ name: '', port: 0, path: '/x//y' }),
      [
        'clientConfig.service.name: Required value',
        'clientConfig.service.path: Invalid value: "/x//y": segment[1] may not be empty',
        'clientConfig.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, inclusive',
      ],
    ],
    [
      'reviews nobody knows',
      { admissionReviewVersions: ['v2', 'v2'] },
      [
        'admissionReviewVersions[1]: Invalid value: "v2": duplicate version',
        'admissionReviewVersions: Invalid value: ["v2","v2"]: must include at least one of v1, v1beta1',
      ],
    ],
    [
      'conditions',
      { matchConditions: [{ name: 'a', expression: ' ' }, { name: 'a', expression: 'true' }, { expression: 'true' }] },
      [
        'matchConditions[0].expression: Required value',
        'matchConditions[1].name: Duplicate value: "a"',
        'matchConditions[2].name: Required value',
      ],
    ],
    [
      'conditions that are none',
      {
        matchConditions: [
          { name: 'a', expression: 'x' },
          { name: 'b', expression: '"a"' },
        ],
      },
      [
        "matchConditions[0].expression: Invalid value: \"x\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'x' (in container '')\n | x\n | ^",
        'matchConditions[1].expression: Invalid value: "\\"a\\"": must evaluate to bool but got string',
      ],
    ],
  ])('%s', (_name, more, expected) => {
    expect(told(more)).toEqual(expected);
  });

  it('of two of one name the second', () => {
    expect(complaints(MutatingWebhookConfiguration, { webhooks: [hook(), hook({ timeoutSeconds: 0 })] })).toEqual([
      'webhooks[1].timeoutSeconds: Invalid value: 0: the timeout value must be between 1 and 30 seconds',
      'webhooks[1].name: Duplicate value: "a.b.c"',
    ]);
  });
});

it('what is left out is as upstream has it, and how many there are is printed', () => {
  const configuration = stored(MutatingWebhookConfiguration, {
    metadata: { creationTimestamp: BORN },
    webhooks: [hook({ rules: [rule], ...service({}) })],
  });
  expect(configuration).toMatchObject({
    webhooks: [
      {
        clientConfig: { service: { port: 443 } },
        failurePolicy: 'Fail',
        matchPolicy: 'Equivalent',
        namespaceSelector: {},
        objectSelector: {},
        reinvocationPolicy: 'Never',
        rules: [{ scope: '*' }],
        timeoutSeconds: 10,
      },
    ],
  });
  expect(row(MutatingWebhookConfiguration, configuration)).toEqual(['x', 1, expect.any(String)]);
});

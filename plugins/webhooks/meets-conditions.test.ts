import { expect, it } from 'vitest';
import type { AnyObject } from '../../src/api/object-meta.ts';
import { settleObject } from '../../src/api/settle-object.ts';
import { must } from '../../src/base/must.ts';
import type { Authorization } from '../apiserver/contract.ts';
import { ValidatingWebhookConfiguration } from '../kinds/admissionregistration/v1/validating-webhook-configuration.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { hooksOf } from './hook.ts';
import { meetsConditions } from './meets-conditions.ts';
import { viewOf } from './view.ts';

const asked: string[] = [];
const authorization: Authorization = {
  authorize: async ({ name }, { verb, resource, namespace, path }) => {
    asked.push(`${name} ${verb} ${resource}${path} ${namespace}`);
    return { allowed: name === 'admin' };
  },
};
let ran = 0;
const steps = {
  run: async <T>(step: () => T): Promise<T> => {
    ran += 1;
    return step();
  },
};
const reviewed = viewOf({
  operation: 'CREATE',
  user: { name: 'admin', groups: ['system:masters'] },
  resource: ConfigMap,
  subresource: '',
  namespace: 'default',
  name: 'm',
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm' }, data: { a: 'b' } } as unknown as AnyObject,
  oldObject: undefined,
  dryRun: false,
  steps,
});
const hookOf = (expressions: readonly string[], failurePolicy: string) => {
  const matchConditions = expressions.map((expression, index) => ({ name: `c${index}`, expression }));
  const kind = { apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration' };
  const webhooks = [{ name: 'a.b.c', failurePolicy, matchConditions }];
  const metadata = { name: 'v' };
  const settled = settleObject(ValidatingWebhookConfiguration, { ...kind, metadata, webhooks } as unknown as AnyObject);
  // What was settled by a kind is of that kind.
  return must(hooksOf([settled as ValidatingWebhookConfiguration])[0], 'it has one');
};

const LONG = `[${Array.from({ length: 60 }, (_, index) => index).join(',')}]`;
const COSTLY = 'L.all(a, L.all(b, L.all(c, L.all(d, a + b + c + d < 0 || true))))'.replaceAll('L.', `${LONG}.`);

it.each<[string, readonly string[], boolean | string]>([
  ['none', [], true],
  ['all that hold', ['object.data.a == "b"', 'request.operation == "CREATE"', 'oldObject == null'], true],
  [
    'what is not there',
    ['namespaceObject == null && !has(request.subResource) && request.namespace == "default"'],
    true,
  ],
  ['one that does not hold', ['true', 'object.metadata.name != "m"'], false],
  ['one that does not hold, whatever others say', ['object.x == 1', 'false'], false],
  ['rights', ['authorizer.requestResource.check("get").allowed()'], true],
  ['rights of others', ['authorizer.serviceAccount("n", "a").path("/x").check("get").allowed()'], false],
  ['one that cannot be told', ['object.x == 1'], "expression 'object.x == 1' resulted in error: no such key: x"],
  [
    'two that cannot be told',
    ['object.x == 1', 'true', 'object.y == 1'],
    "[expression 'object.x == 1' resulted in error: no such key: x, expression 'object.y == 1' resulted in error: no such key: y]",
  ],
  [
    'one that costs too much',
    [COSTLY],
    `expression '${COSTLY}' resulted in error: operation cancelled: actual cost limit exceeded`,
  ],
])('of conditions %s', async (_what, expressions, expected) => {
  const failing = meetsConditions(hookOf(expressions, 'Fail'), reviewed, authorization);
  if (typeof expected === 'string') {
    await expect(failing).rejects.toThrow(`configmaps "m" is forbidden: ${expected}`);
    expect(await meetsConditions(hookOf(expressions, 'Ignore'), reviewed, authorization)).toBe(false);
  } else expect(await failing).toBe(expected);
});

it('takes its turns with what takes long', async () => {
  ran = 0;
  await expect(meetsConditions(hookOf([COSTLY], 'Fail'), reviewed, authorization)).rejects.toThrow('cost limit');
  expect(ran).toBeGreaterThan(35);
});

it('asks for rights once, and of whom they are', async () => {
  asked.length = 0;
  const check = 'authorizer.group("").resource("pods").namespace("n").check("get").allowed()';
  const other = 'authorizer.serviceAccount("n", "a").path("/x").check("get").allowed()';
  await meetsConditions(hookOf([`${check} && ${check}`, `${other} || ${check}`], 'Fail'), reviewed, authorization);
  expect(asked).toEqual(['admin get pods n', 'system:serviceaccount:n:a get /x ']);
});

it('leaves off when what all of them may cost is spent', async () => {
  const expressions = Array.from({ length: 4 }, () => COSTLY);
  await expect(meetsConditions(hookOf(expressions, 'Fail'), reviewed, authorization)).rejects.toThrow(
    'validation failed due to running out of cost budget, no further validation rules will be run',
  );
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AnyObject } from '../../../src/api/object-meta.ts';
import { startCluster, type TestCluster } from '../../../src/sdk/testing/cluster.ts';
import { MutatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/mutating-admission-policy-binding.ts';
import { MutatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/mutating-admission-policy.ts';
import { ValidatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/validating-admission-policy-binding.ts';
import { ValidatingAdmissionPolicy } from '../../kinds/admissionregistration/v1/validating-admission-policy.ts';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { Namespace } from '../../kinds/core/v1/namespace.ts';
import { ClusterRoleBinding } from '../../kinds/rbac/v1/cluster-role-binding.ts';
import { ClusterRole } from '../../kinds/rbac/v1/cluster-role.ts';
import type { PolicyDeps } from './find-invocations.ts';
import { policiesOf } from './policy.ts';
import { validateByPolicies } from './validate-by-policies.ts';
import { readValidatingPolicy } from './validating-policy.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster({ without: ['scheduler'] });
  await cluster.client.create(Namespace, { metadata: { name: 'blue', labels: { color: 'blue' } } });
});
afterAll(() => cluster[Symbol.asyncDispose]());
afterEach(async () => {
  await cluster.client.deleteCollection(ValidatingAdmissionPolicyBinding, {});
  await cluster.client.deleteCollection(ValidatingAdmissionPolicy, {});
  await cluster.client.deleteCollection(ConfigMap, {});
});

const RULE = { operations: ['*'], apiGroups: [''], apiVersions: ['*'], resources: ['configmaps'] };
const policy = (spec: object, name = 'p') =>
  cluster.client.create(ValidatingAdmissionPolicy, {
    metadata: { name },
    spec: { matchConstraints: { resourceRules: [RULE] }, ...spec },
  });
const bind = (spec: object = {}, name = 'b') =>
  cluster.client.create(ValidatingAdmissionPolicyBinding, {
    metadata: { name },
    spec: { policyName: 'p', validationActions: ['Deny'], ...spec },
  });
const map = (data: object = {}, more: { readonly name?: string; readonly namespace?: string } = {}) =>
  cluster.client.create(ConfigMap, { metadata: { name: 'm', namespace: 'default', ...more }, data: { ...data } });
/** What is told of a ConfigMap that is refused; '' where it is made. */
const told = async (data: object = {}, more: { readonly name?: string; readonly namespace?: string } = {}) => {
  try {
    await map(data, more);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message.replace('configmaps "m" is forbidden: ', '') : String(error);
  }
};
const DENIED = "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: ";
const validations = (...expressions: readonly (string | object)[]) => ({
  validations: expressions.map(each => (typeof each === 'string' ? { expression: each } : each)),
});

describe('a policy', () => {
  it('is in force from the write after its binding, and refuses as Invalid in its own words', async () => {
    await policy(validations("object.data.a == 'b'"));
    expect(await told({ a: 'x' }, { name: 'before' })).toBe('');
    await bind();
    await expect(map({ a: 'x' })).rejects.toMatchObject({
      status: {
        code: 422,
        reason: 'Invalid',
        message: `configmaps "m" is forbidden: ${DENIED}failed expression: object.data.a == 'b'`,
        details: {
          name: 'm',
          kind: 'configmaps',
          causes: [{ message: `${DENIED}failed expression: object.data.a == 'b'` }],
        },
      },
    });
    expect(await told({ a: 'b' })).toBe('');
  });

  it('refuses a new object before its revision does, which none has yet', async () => {
    const copied = (data: object) => ({ metadata: { name: 'm', namespace: 'default', resourceVersion: '5' }, data });
    await policy(validations("object.data.a == 'b'"));
    await bind();
    await expect(cluster.client.create(ConfigMap, copied({ a: 'x' }) as never)).rejects.toThrow(DENIED);
    const made = cluster.client.create(ConfigMap, copied({ a: 'b' }) as never);
    await expect(made).rejects.toThrow('resourceVersion should not be set on objects to be created');
  });

  it('counts as it was changed last, from the next write on', async () => {
    await policy(validations('true'));
    await bind();
    expect(await told({}, { name: 'before' })).toBe('');
    const body = { spec: validations('false') };
    await cluster.client.patch(ValidatingAdmissionPolicy, { name: 'p' }, { type: 'merge', body });
    expect(await told()).toBe(`${DENIED}failed expression: false`);
  });

  it('refuses with the reason and message it says, the expression of the message first', async () => {
    await policy(
      validations({
        expression: 'false',
        reason: 'Forbidden',
        message: 'plain',
        messageExpression: "'a is ' + object.data.a",
      }),
    );
    await bind();
    await expect(map({ a: 'x' })).rejects.toMatchObject({ status: { code: 403, reason: 'Forbidden' } });
    expect(await told({ a: 'x' })).toBe(`${DENIED}a is x`);
    expect(await told()).toBe(`${DENIED}plain`);
  });

  it('knows variables, each after those before it, the namespace, the request and rights', async () => {
    await policy({
      variables: [
        { name: 'size', expression: 'size(object.data)' },
        { name: 'double', expression: 'variables.size * 2' },
        { name: 'may', expression: "authorizer.requestResource.check('create').allowed()" },
      ],
      ...validations(
        'variables.double < 4',
        "namespaceObject.metadata.name == request.namespace && request.operation == 'CREATE' && variables.may",
      ),
    });
    await bind();
    expect(await told({ a: 'b' })).toBe('');
    expect(await told({ a: 'b', c: 'd' })).toBe(`${DENIED}failed expression: variables.double < 4`);
  });

  it('that cannot be evaluated fails the request, or lets it pass', async () => {
    await policy({ variables: [{ name: 'x', expression: 'object.x' }], ...validations('variables.x == 1') });
    await bind();
    expect(await told()).toBe(
      `${DENIED}expression 'variables.x == 1' resulted in error: composited variable "x" fails to evaluate: no such key: x`,
    );
    await cluster.client.deleteCollection(ValidatingAdmissionPolicy, {});
    await policy({ failurePolicy: 'Ignore', ...validations('object.x == 1') });
    expect(await told()).toBe('');
  });

  it('ends where its expressions cost too much together', async () => {
    const items = `[${Array.from({ length: 60 }, (_, index) => index).join(',')}]`;
    const costly = `${items}.all(a, ${items}.all(b, ${items}.all(c, a + b + c >= 0)))`;
    await policy(validations(...Array.from({ length: 30 }, () => costly)));
    await bind();
    expect(await told()).toBe(
      `${DENIED}validation failed due to running out of cost budget, no further validation rules will be run`,
    );
  });

  it('holds requests alone that meet its conditions, and fails those of which that cannot be told', async () => {
    await policy({
      matchConditions: [{ name: 'c', expression: "object.data.a == 'b'" }],
      ...validations('false'),
    });
    await bind();
    expect(await told({ a: 'x' }, { name: 'other' })).toBe('');
    expect(await told({ a: 'b' })).toBe(`${DENIED}failed expression: false`);
    expect(await told()).toContain(`${DENIED}expression 'object.data.a == 'b'' resulted in error: no such key: `);
  });

  it('leaves out what is excluded, and of names all others than it says', async () => {
    await policy({
      matchConstraints: {
        resourceRules: [{ ...RULE, resourceNames: ['m', 'n'] }],
        excludeResourceRules: [{ ...RULE, resourceNames: ['n'] }],
      },
      ...validations('false'),
    });
    await bind();
    expect(await told({}, { name: 'o' })).toBe('');
    expect(await told({}, { name: 'n' })).toBe('');
    expect(await told()).toBe(`${DENIED}failed expression: false`);
  });

  it('is held against deletions, the old object alone there, but never against policies', async () => {
    await policy({
      matchConstraints: { resourceRules: [{ ...RULE, apiGroups: ['*'], resources: ['*'], operations: ['DELETE'] }] },
      ...validations('object != null'),
    });
    await bind();
    await map();
    await expect(cluster.client.delete(ConfigMap, { name: 'm', namespace: 'default' })).rejects.toThrow(DENIED);
    await cluster.client.delete(ValidatingAdmissionPolicyBinding, { name: 'b' });
    await cluster.client.delete(ConfigMap, { name: 'm', namespace: 'default' });
  });

  it('that records what it cannot tell fails the request, whatever its binding does', async () => {
    await policy({ auditAnnotations: [{ key: 'k', valueExpression: "'a' + object.data.a" }] });
    await bind({ validationActions: ['Audit'] });
    expect(await told({ a: 'b' }, { name: 'n' })).toBe('');
    expect(await told()).toContain(`${DENIED}expression ''a' + object.data.a' resulted in error: no such key: `);
  });
});

describe('a binding', () => {
  it('says where a policy is in force', async () => {
    await policy(validations('false'));
    await bind({ matchResources: { namespaceSelector: { matchLabels: { color: 'blue' } } } });
    expect(await told()).toBe('');
    expect(await told({}, { namespace: 'blue' })).toBe(`${DENIED}failed expression: false`);
  });

  it('may leave requests alone but for a record', async () => {
    await policy(validations('false'));
    await bind({ validationActions: ['Audit'] });
    expect(await told()).toBe('');
  });

  it('may warn', async () => {
    const { client } = cluster;
    const policies = policiesOf(
      readValidatingPolicy,
      [await policy(validations('false'))],
      [await bind({ validationActions: ['Warn', 'Audit'] })],
    );
    const warnings: string[] = [];
    const deps: PolicyDeps = {
      client,
      served: [ConfigMap],
      authorization: { authorize: () => Promise.resolve({ allowed: true }) },
      labelsOf: () => Promise.resolve({}),
      namespaceNamed: name => client.get(Namespace, { name }),
    };
    await validateByPolicies(deps, policies, {
      operation: 'CREATE',
      user: { name: 'admin', groups: [] },
      resource: ConfigMap,
      subresource: '',
      namespace: 'default',
      name: 'm',
      object: await map(),
      oldObject: undefined,
      dryRun: false,
      warn: text => warnings.push(text),
      steps: { run: async step => step() },
    });
    expect(warnings).toEqual([
      "Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': failed expression: false",
    ]);
  });
});

describe('what takes long', () => {
  const LONG = `[${Array.from({ length: 30 }, (_, index) => index).join(',')}]`;
  const MANY = 'L.all(a, L.all(b, L.all(c, a + b + c < N || true)))'.replaceAll('L.', `${LONG}.`);

  it('takes turns with others, variables that others name too', async () => {
    const { client } = cluster;
    const names = ['a', 'b', 'c'];
    const spec = {
      variables: names.map((name, index) => ({ name, expression: MANY.replace('N', String(index)) })),
      ...validations(names.map(name => `variables.${name}`).join(' && '), 'variables.a && variables.c'),
    };
    const policies = policiesOf(readValidatingPolicy, [await policy(spec)], [await bind()]);
    const deps: PolicyDeps = {
      client,
      served: [ConfigMap],
      authorization: { authorize: () => Promise.resolve({ allowed: true }) },
      labelsOf: () => Promise.resolve({}),
      namespaceNamed: name => client.get(Namespace, { name }),
    };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm', namespace: 'default' } } as const;
    let ran = 0;
    await validateByPolicies(deps, policies, {
      operation: 'CREATE',
      user: { name: 'admin', groups: [] },
      resource: ConfigMap,
      subresource: '',
      namespace: 'default',
      name: 'm',
      object: object as unknown as AnyObject,
      oldObject: undefined,
      dryRun: false,
      steps: {
        run: async step => {
          ran += 1;
          return step();
        },
      },
    });
    // Each variable costs some 300,000, of which a piece does 10,000.
    expect(ran).toBeGreaterThan(30);
  });
});

describe('parameters', () => {
  const paramKind = { apiVersion: 'v1', kind: 'ConfigMap' };
  const matchConditions = [{ name: 'others', expression: "object != null && object.metadata.name == 'm'" }];
  const limited = () =>
    policy({ paramKind, matchConditions, ...validations('size(object.data) <= int(params.data.most)') });
  const ref = (more: object) => ({ paramRef: { parameterNotFoundAction: 'Deny', ...more } });

  it('are found by name in the namespace of the request, or another, as they are now', async () => {
    await limited();
    await bind(ref({ name: 'limit' }));
    expect(await told()).toBe(
      `${DENIED}failed to configure binding: no params found for policy binding with \`Deny\` parameterNotFoundAction`,
    );
    await cluster.client.deleteCollection(ValidatingAdmissionPolicyBinding, {});
    await map({ most: '1' }, { name: 'limit', namespace: 'blue' });
    await bind(ref({ name: 'limit', namespace: 'blue' }));
    expect(await told({ a: '1', b: '2' })).toBe(
      `${DENIED}failed expression: size(object.data) <= int(params.data.most)`,
    );
    expect(await told({ a: '1' })).toBe('');
  });

  it('that are not there may be let pass', async () => {
    await limited();
    await bind(ref({ name: 'limit', parameterNotFoundAction: 'Allow' }));
    expect(await told()).toBe('');
  });

  it('that a selector finds are held to one by one', async () => {
    await cluster.client.create(ConfigMap, {
      metadata: { name: 'x', namespace: 'default', labels: { limit: 'yes' } },
      data: { most: '1' },
    });
    await limited();
    await bind(ref({ selector: { matchLabels: { limit: 'yes' } } }));
    expect(await told({ a: '1', b: '2' })).toContain('failed expression');
    expect(await told({ a: '1' })).toBe('');
  });

  it('of a kind that is not there fail the policy', async () => {
    await policy({ paramKind: { apiVersion: 'a.b/v1', kind: 'Nothing' }, ...validations('true') });
    await bind(ref({ name: 'x' }));
    expect(await told()).toBe(
      "ValidatingAdmissionPolicy 'p' denied request: failed to configure policy: failed to find resource referenced by paramKind: 'a.b/v1, Kind=Nothing'",
    );
  });

  it('are named by those alone who may read them', async () => {
    const user = { name: 'maker', groups: ['system:authenticated'] };
    const { client, clients } = cluster;
    const resources = ['mutating', 'validating'].flatMap(each => [
      `${each}admissionpolicies`,
      `${each}admissionpolicybindings`,
    ]);
    const rules = [{ apiGroups: ['admissionregistration.k8s.io'], resources, verbs: ['create'] }];
    await client.create(ClusterRole, { metadata: { name: 'makers' }, rules });
    await client.create(ClusterRoleBinding, {
      metadata: { name: 'makers' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: user.name }],
      roleRef: { kind: 'ClusterRole', apiGroup: 'rbac.authorization.k8s.io', name: 'makers' },
    });
    const maker = clients.as(user);
    const spec = { matchConstraints: { resourceRules: [RULE] }, ...validations('true') };
    const make = (more: object) =>
      maker.create(ValidatingAdmissionPolicy, { metadata: { name: 'p' }, spec: { ...spec, ...more } } as never);
    await cluster.eventually(() => make({ paramKind: undefined }));
    await client.deleteCollection(ValidatingAdmissionPolicy, {});
    await expect(make({ paramKind })).rejects.toThrow(
      'ValidatingAdmissionPolicy.admissionregistration.k8s.io "p" is invalid: spec.paramKind: Forbidden: user &{maker  [system:authenticated] map[]} must have "get" permission on all objects of the referenced paramKind (kind=ConfigMap, apiVersion=v1)',
    );
    await limited();
    const binding = { policyName: 'p', validationActions: ['Deny'], ...ref({ name: 'x' }) };
    await expect(
      maker.create(ValidatingAdmissionPolicyBinding, { metadata: { name: 'b' }, spec: binding } as never),
    ).rejects.toThrow('does not have "get" permission on the object referenced by paramRef');
    const mutations = [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{}' } }];
    const changing = { matchConstraints: { resourceRules: [RULE] }, reinvocationPolicy: 'Never', mutations, paramKind };
    await expect(
      maker.create(MutatingAdmissionPolicy, { metadata: { name: 'p' }, spec: changing } as never),
    ).rejects.toThrow('MutatingAdmissionPolicy.admissionregistration.k8s.io "p" is invalid: spec.paramKind: Forbidden');
    await expect(
      maker.create(MutatingAdmissionPolicyBinding, {
        metadata: { name: 'b' },
        spec: { policyName: 'p', ...ref({ name: 'x' }) },
      } as never),
    ).rejects.toThrow('unable to get policy p to determine minimum required permissions');
  });
});

it('its status tells what the types of matched kinds say', async () => {
  const matchConstraints = {
    resourceRules: [{ operations: ['*'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'] }],
  };
  await policy({
    matchConstraints,
    ...validations({
      expression: "object.spec.replicas > '1'",
      messageExpression: "'got ' + object.spec.replicas",
    }),
  });
  await expect
    .poll(() => cluster.client.get(ValidatingAdmissionPolicy, { name: 'p' }))
    .toMatchObject({
      status: {
        observedGeneration: 1,
        typeChecking: {
          expressionWarnings: [
            {
              fieldRef: 'spec.validations[0].expression',
              warning:
                "apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_>_' applied to '(int, string)'\n | object.spec.replicas > '1'\n | .....................^\n",
            },
            { fieldRef: 'spec.validations[0].messageExpression' },
          ],
        },
      },
    });
});

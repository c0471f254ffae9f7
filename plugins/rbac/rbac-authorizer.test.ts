import { describe, expect, it } from 'vitest';
import type { RequestInfo } from '../apiserver/contract.ts';
import { rbacAuthorizer, superuserAuthorizer, type Grant, type GrantSource } from './rbac-authorizer.ts';

const request: RequestInfo = {
  verb: 'get',
  path: '/api/v1/namespaces/n/pods',
  isResourceRequest: true,
  group: '',
  version: 'v1',
  resource: 'pods',
  subresource: '',
  namespace: 'n',
  name: '',
};
const pods: Grant = {
  rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'] }],
  source: 'RoleBinding "b/n" of Role "r" to User "u"',
};
const dangling: Grant = { rules: [], source: '', missingRole: 'clusterrole.rbac.authorization.k8s.io "gone"' };
const granting = (...grants: readonly Grant[]): GrantSource => ({ synced: Promise.resolve(), grantsFor: () => grants });
const user = { name: 'u', groups: [] };

describe('rbacAuthorizer', () => {
  it.each([
    [
      'names the binding that allows',
      granting(dangling, pods),
      { allowed: true, reason: `RBAC: allowed by ${pods.source}` },
    ],
    ['allows nothing without a grant', granting(), { allowed: false }],
    [
      'names a role that is bound but missing',
      granting(dangling),
      { allowed: false, reason: 'RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found' },
    ],
  ])('%s', async (_, source, decision) => {
    expect(await rbacAuthorizer(source).authorize(user, request)).toEqual(decision);
  });

  it('answers only once roles and bindings were read', async () => {
    let synced = (): void => undefined;
    const source = { ...granting(pods), synced: new Promise<void>(resolve => (synced = resolve)) };
    const decision = Promise.resolve(rbacAuthorizer(source).authorize(user, request));
    expect(await Promise.race([decision, Promise.resolve('waiting')])).toBe('waiting');
    synced();
    expect(await decision).toMatchObject({ allowed: true });
  });
});

describe('superuserAuthorizer', () => {
  it.each([
    [['system:masters'], true],
    [['system:authenticated'], false],
  ])('with groups %j answers %j', (groups, allowed) => {
    expect(superuserAuthorizer.authorize({ name: 'u', groups }, request)).toEqual({ allowed });
  });
});

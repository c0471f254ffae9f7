import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Client } from '../../src/api/client.ts';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { SelfSubjectRulesReview } from '../kinds/authorization/v1/self-subject-rules-review.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { Role } from '../kinds/rbac/v1/role.ts';
import { RoleBinding } from '../kinds/rbac/v1/role-binding.ts';

let cluster: TestCluster;
let ann: Client;
const namespace = 'default';
const rule = (verbs: readonly string[], resources: readonly string[], apiGroups: readonly string[] = ['']) => ({
  verbs,
  resources,
  apiGroups,
});
const subjects = [{ kind: 'User', name: 'ann', apiGroup: 'rbac.authorization.k8s.io' }];
const bound = (name: string, role: string) => ({
  metadata: { name, namespace },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role },
  subjects,
});

beforeAll(async () => {
  cluster = await startCluster({ without: ['controllers', 'scheduler'] });
  ann = cluster.clients.as({ name: 'ann', groups: ['system:authenticated'] });
  const granting = rule(['create', 'update'], ['roles', 'rolebindings'], ['rbac.authorization.k8s.io']);
  await cluster.client.create(Role, {
    metadata: { name: 'granter', namespace },
    rules: [granting, rule(['get'], ['configmaps'])],
  });
  await cluster.client.create(RoleBinding, bound('granter', 'granter'));
  await vi.waitFor(() => ann.get(ConfigMap, { name: 'none', namespace }).catch(isAllowed), { timeout: 20_000 });
});
afterAll(() => cluster[Symbol.asyncDispose]());

const isAllowed = (error: unknown): void => {
  if ((error as { reason?: string }).reason !== 'NotFound') throw error;
};

describe('who grants', () => {
  const more = [rule(['delete'], ['pods', 'configmaps']), rule(['get'], ['configmaps'])];

  it('grants no more than they have, and is told what they lack, sorted', async () => {
    await expect(ann.create(Role, { metadata: { name: 'more', namespace }, rules: more })).rejects.toMatchObject({
      message:
        'roles.rbac.authorization.k8s.io "more" is forbidden: user "ann" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n' +
        '{APIGroups:[""], Resources:["configmaps"], Verbs:["delete"]}\n' +
        '{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}',
    });
  });

  it('grants what they have', async () => {
    await ann.create(Role, { metadata: { name: 'same', namespace }, rules: [rule(['get'], ['configmaps'])] });
    await vi.waitFor(() => ann.create(RoleBinding, bound('same', 'same')), { timeout: 20_000 });
  });

  it('binds no role that is not there yet: it may grant more when it is', async () => {
    await expect(ann.create(RoleBinding, bound('early', 'absent'))).rejects.toMatchObject({ reason: 'NotFound' });
    await expect(cluster.client.create(RoleBinding, bound('early', 'absent'))).resolves.toBeDefined();
  });

  it('is told what they may do, those of the whole cluster first', async () => {
    const { metadata, spec, status } = await ann.create(SelfSubjectRulesReview, { metadata: {}, spec: { namespace } });
    expect({ metadata, spec }).toEqual({ metadata: {}, spec: {} });
    expect(status.resourceRules.at(-1)?.resources).toEqual(['configmaps']);
    expect(status.resourceRules[0]?.apiGroups).toEqual([expect.stringMatching(/^auth/)]);
  });
});

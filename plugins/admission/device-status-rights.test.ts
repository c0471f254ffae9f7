import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Client } from '../../src/api/client.ts';
import { startCluster, type TestCluster } from '../../src/sdk/testing/cluster.ts';
import { ClusterRole } from '../kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../kinds/rbac/v1/cluster-role-binding.ts';
import { ResourceClaim } from '../kinds/resource/v1/resource-claim.ts';

const key = { name: 'x', namespace: 'default' };
const DRIVER = 'system:serviceaccount:default:driver';
const GROUP = ['resource.k8s.io'];

let cluster: TestCluster;
let plain: Client;
let binder: Client;
beforeAll(async () => {
  cluster = await startCluster({ without: ['controllers', 'scheduler'] });
  const own = { resources: ['resourceclaims/status'], verbs: ['update', 'patch'] };
  const driver = { resources: ['resourceclaims/driver'], resourceNames: ['d.x'] };
  await granted('plain', own);
  await granted('binder', own, { resources: ['resourceclaims/binding'], verbs: ['update'] });
  await granted(DRIVER, own, { ...driver, verbs: ['associated-node:update'] });
  await granted('everywhere', own, { ...driver, verbs: ['arbitrary-node:update'] });
  [plain, binder] = [as('plain'), as('binder')];
});
afterAll(() => cluster[Symbol.asyncDispose]());

/** On node `n`, with a device of a driver for which nothing is told yet. */
beforeEach(async () => {
  const { client } = cluster;
  await client.deleteCollection(ResourceClaim, { namespace: 'default' });
  const requests = [{ name: 'r', exactly: { deviceClassName: 'c' } }];
  await client.create(ResourceClaim, { metadata: key, spec: { devices: { requests } } });
  const result = { request: 'r', pool: 'p', device: 'a' };
  await write(client, {
    allocation: {
      devices: {
        results: [
          { ...result, driver: 'd.x' },
          { ...result, driver: 'e.x' },
        ],
      },
      nodeSelector: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n'] }] }],
      },
    },
  });
});

async function granted(user: string, ...rules: readonly object[]): Promise<void> {
  const name = user.replaceAll(':', '-');
  await cluster.client.create(ClusterRole, {
    metadata: { name },
    rules: rules.map(rule => ({ apiGroups: GROUP, verbs: [], ...rule })),
  });
  const apiGroup = 'rbac.authorization.k8s.io';
  await cluster.client.create(ClusterRoleBinding, {
    metadata: { name },
    roleRef: { apiGroup, kind: 'ClusterRole', name },
    subjects: [{ apiGroup, kind: 'User', name: user }],
  });
}

function as(name: string, node?: string): Client {
  const extra = node === undefined ? {} : { 'authentication.kubernetes.io/node-name': [node] };
  return cluster.clients.as({ name, groups: ['system:authenticated'], extra });
}

async function write(client: Client, status: object): Promise<unknown> {
  const claim = await cluster.client.get(ResourceClaim, key);
  return client.updateStatus(ResourceClaim, { ...claim, status: { ...claim.status, ...status } });
}

const told = (driver = 'd.x') => ({ devices: [{ driver, pool: 'p', device: 'a', conditions: [] }] });
const USED = { reservedFor: [{ resource: 'pods', name: 'p', uid: 'u' }] };
const refused = (client: Promise<unknown>, message: string) => expect(client).rejects.toThrow(message);

describe('the status of a claim of devices', () => {
  it('is bound by who may bind claims alone', async () => {
    await cluster.eventually(() => write(binder, USED));
    await write(cluster.client, { reservedFor: [] });
    await refused(
      write(plain, USED),
      'ResourceClaim.resource.k8s.io "x" is invalid: status: Forbidden: changing status.allocation or status.reservedFor requires resource="resourceclaims/binding", verb="update" permission: resourceclaims.resource.k8s.io is forbidden: User "plain" cannot update resource "resourceclaims/binding" in API group "resource.k8s.io" at the cluster scope',
    );
    await refused(
      binder.patch(ResourceClaim, key, { type: 'merge', body: { status: USED } }, { subresource: 'status' }),
      'requires resource="resourceclaims/binding", verb="patch" permission',
    );
    await refused(write(binder, told()), 'status.devices: Forbidden');
  });

  it('tells of devices what their driver says on their node', async () => {
    await cluster.eventually(() => write(as(DRIVER, 'n'), told()));
    // The same again is no change.
    await write(plain, told());
    await refused(
      write(as(DRIVER, 'n'), told('e.x')),
      'changing status.devices requires resource="resourceclaims/driver", verb="[associated-node:update arbitrary-node:update]" permission: resourceclaims.resource.k8s.io "e.x" is forbidden: User "system:serviceaccount:default:driver" cannot associated-node:update resource "resourceclaims/driver" in API group "resource.k8s.io" in the namespace "default"',
    );
    const elsewhere = 'requires resource="resourceclaims/driver", verb="[arbitrary-node:update]" permission';
    for (const node of ['other', undefined]) await refused(write(as(DRIVER, node), { devices: [] }), elsewhere);
    await refused(write(plain, { devices: [] }), elsewhere);
  });

  it('tells what a driver says that is on no node', async () => {
    await cluster.eventually(() => write(as('everywhere'), told()));
    await refused(write(as('everywhere'), told('e.x')), 'resourceclaims.resource.k8s.io "e.x" is forbidden');
    await write(as('everywhere'), { devices: [] });
  });
});

import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../../../src/sdk/testing/cluster.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { ServiceAccount } from '../../kinds/core/v1/service-account.ts';
import { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';

const namespace = 'default';
let cluster: TestCluster;

/** One node in zone `a`. Nobody allocates: the test does. */
beforeAll(async () => {
  cluster = await startCluster({ without: ['controllers'] });
  const { client } = cluster;
  await client.create(ServiceAccount, { metadata: { name: 'default', namespace } });
  await client.create(Node, { metadata: { name: 'n', labels: { zone: 'a' } } });
  const status = { allocatable: { cpu: '4', memory: '8Gi', pods: '10' } };
  await client.patch(Node, { name: 'n' }, { type: 'merge', body: { status } }, { subresource: 'status' });
  await client.patch(Node, { name: 'n' }, { type: 'merge', body: { spec: { taints: [] } } });
});
afterAll(() => cluster[Symbol.asyncDispose]());
afterEach(() => cluster.client.delete(Pod, { name: 'p', namespace }, { gracePeriodSeconds: 0 }));

const get = () => cluster.client.get(Pod, { name: 'p', namespace });
const isPlaced = () => cluster.eventually(async () => expect((await get()).spec.nodeName).toBe('n'));
const waits = (reason: string) =>
  cluster.eventually(async () => {
    const message = (await get()).status.conditions?.find(({ type }) => type === 'PodScheduled')?.message;
    expect(message?.startsWith(`0/1 nodes are available: ${reason}.`), message).toBe(true);
  });

async function made(resourceClaim: object): Promise<string> {
  const spec = { containers: [{ name: 'c', image: 'i' }], resourceClaims: [{ name: 'device', ...resourceClaim }] };
  return (await cluster.client.create(Pod, { metadata: { name: 'p', namespace }, spec })).metadata.uid;
}
async function claimed(name: string, metadata: object = {}): Promise<void> {
  const requests = [{ name: 'r', exactly: { deviceClassName: 'c' } }] as const;
  await cluster.client.create(ResourceClaim, {
    metadata: { name, namespace, ...metadata },
    spec: { devices: { requests } },
  });
}
const allocated = (name: string, zone: string) => {
  const matchExpressions = [{ key: 'zone', operator: 'In', values: [zone] }];
  const body = { status: { allocation: { nodeSelector: { nodeSelectorTerms: [{ matchExpressions }] } } } };
  return cluster.client.patch(ResourceClaim, { name, namespace }, { type: 'merge', body }, { subresource: 'status' });
};

it('waits until its claim is there and has been allocated', async () => {
  await made({ resourceClaimName: 'late' });
  await waits('could not find ResourceClaim "default/late"');
  await claimed('late');
  await waits('1 cannot allocate all claims');
  await allocated('late', 'a');
  await isPlaced();
});

it('comes to no node where its devices are not', async () => {
  await claimed('far');
  await allocated('far', 'b');
  await made({ resourceClaimName: 'far' });
  await waits('1 resourceclaim not available on the node');
});

it('waits for the claim that is made for it, and takes no other', async () => {
  const uid = await made({ resourceClaimTemplateName: 't' });
  await waits('pod "default/p": ResourceClaim not created yet');
  await claimed('foreign');
  await allocated('foreign', 'a');
  const names = (resourceClaimName: string) =>
    cluster.client.patch(
      Pod,
      { name: 'p', namespace },
      { type: 'merge', body: { status: { resourceClaimStatuses: [{ name: 'device', resourceClaimName }] } } },
      { subresource: 'status' },
    );
  await names('foreign');
  await waits('ResourceClaim default/foreign was not created for Pod default/p (Pod is not owner)');
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid, controller: true }];
  await claimed('own', { ownerReferences });
  await allocated('own', 'a');
  await names('own');
  await isPlaced();
});

import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../../../src/sdk/testing/cluster.ts';
import { Event } from '../../kinds/core/v1/event.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { ServiceAccount } from '../../kinds/core/v1/service-account.ts';
import { DEVICES_FINALIZER } from '../../kinds/resource/v1/pod-device-claims.ts';
import { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import { ResourceClaimTemplate } from '../../kinds/resource/v1/resource-claim-template.ts';

const namespace = 'default';
let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster({ without: ['scheduler'] });
  await cluster.eventually(() => cluster.client.get(ServiceAccount, { name: 'default', namespace }));
});
afterAll(() => cluster[Symbol.asyncDispose]());

const spec = { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'c' } }] } };
const allocation = { devices: { results: [{ request: 'r', driver: 'd.x', pool: 'p', device: 'a' }] } };
const made = (name: string, resourceClaim: object, more: object = {}) =>
  cluster.client.create(Pod, {
    metadata: { name, namespace },
    spec: { containers: [{ name: 'c', image: 'i' }], resourceClaims: [{ name: 'gpu', ...resourceClaim }], ...more },
  });
const claimNamed = (name: string) => cluster.client.get(ResourceClaim, { name, namespace });
const status = (name: string, body: object) =>
  cluster.client.patch(
    ResourceClaim,
    { name, namespace },
    { type: 'merge', body: { status: body } },
    { subresource: 'status' },
  );

/** Of a pod, as its status tells it. */
const claimOf = (pod: string): Promise<string> =>
  cluster.eventually(async () => {
    const { resourceClaimStatuses } = (await cluster.client.get(Pod, { name: pod, namespace })).status;
    const [name] = resourceClaimStatuses ?? [];
    expect(name?.resourceClaimName).toMatch(new RegExp(`^${pod}-gpu-`));
    return name?.resourceClaimName ?? '';
  });

it('makes the claim of a pod once its template is there, and takes all back when the pod is gone', async () => {
  await made('one', { resourceClaimTemplateName: 't' });
  await cluster.eventually(async () => {
    const messages = (await cluster.client.list(Event, { namespace })).items.map(({ message }) => message);
    expect(messages).toContain(
      'PodResourceClaim gpu: resource claim template "t": resourceclaimtemplate.resource.k8s.io "t" not found',
    );
  });
  await cluster.client.create(ResourceClaimTemplate, { metadata: { name: 't', namespace }, spec: { spec } });
  const name = await claimOf('one');
  const { metadata } = await claimNamed(name);
  expect(metadata.annotations).toEqual({ 'resource.kubernetes.io/pod-claim-name': 'gpu' });
  const finalizers = [DEVICES_FINALIZER];
  await cluster.client.patch(ResourceClaim, { name, namespace }, { type: 'merge', body: { metadata: { finalizers } } });
  const { uid } = (await cluster.client.get(Pod, { name: 'one', namespace })).metadata;
  await status(name, { allocation, reservedFor: [{ resource: 'pods', name: 'one', uid }] });
  await cluster.client.delete(Pod, { name: 'one', namespace }, { gracePeriodSeconds: 0 });
  await cluster.eventually(() => expect(claimNamed(name)).rejects.toThrow('not found'));
});

it('reserves a claim for a pod that came to its node without the scheduler, and takes it back when that is done', async () => {
  await cluster.client.create(ResourceClaim, {
    metadata: { name: 'shared', namespace, finalizers: [DEVICES_FINALIZER] },
    spec,
  });
  const { metadata } = await made('bound', { resourceClaimName: 'shared' }, { nodeName: 'n' });
  await status('shared', { allocation });
  const reservedFor = [{ resource: 'pods', name: 'bound', uid: metadata.uid }];
  await cluster.eventually(async () =>
    expect((await claimNamed('shared')).status).toEqual({ allocation, reservedFor }),
  );
  const body = { status: { phase: 'Succeeded' } };
  await cluster.client.patch(Pod, { name: 'bound', namespace }, { type: 'merge', body }, { subresource: 'status' });
  await cluster.eventually(async () => {
    const claim = await claimNamed('shared');
    expect(claim.status).toEqual({});
    expect(claim.metadata.finalizers ?? []).toEqual([]);
  });
});

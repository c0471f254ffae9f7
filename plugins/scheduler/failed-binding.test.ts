import { expect, it } from 'vitest';
import { startCluster } from '../../src/sdk/testing/cluster.ts';
import { ValidatingAdmissionPolicyBinding } from '../kinds/admissionregistration/v1/validating-admission-policy-binding.ts';
import { ValidatingAdmissionPolicy } from '../kinds/admissionregistration/v1/validating-admission-policy.ts';
import { Event } from '../kinds/core/v1/event.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { ServiceAccount } from '../kinds/core/v1/service-account.ts';

const namespace = 'default';

it('tells why a pod that has a node was not bound to it, and tries again', async () => {
  await using cluster = await startCluster({ without: ['controllers'] });
  const { client } = cluster;
  await client.create(ServiceAccount, { metadata: { name: 'default', namespace } });
  await client.create(Node, { metadata: { name: 'n' } });
  const status = { allocatable: { cpu: '4', memory: '8Gi', pods: '10' } };
  await client.patch(Node, { name: 'n' }, { type: 'merge', body: { status } }, { subresource: 'status' });
  await client.patch(Node, { name: 'n' }, { type: 'merge', body: { spec: { taints: [] } } });
  const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods/binding'] };
  await client.create(ValidatingAdmissionPolicy, {
    metadata: { name: 'p' },
    spec: { matchConstraints: { resourceRules: [rule] }, validations: [{ expression: 'false', message: 'not today' }] },
  });
  await client.create(ValidatingAdmissionPolicyBinding, {
    metadata: { name: 'b' },
    spec: { policyName: 'p', validationActions: ['Deny'] },
  });
  await cluster.eventually(() => expect(cluster.caches.of(ValidatingAdmissionPolicyBinding).get('b')).toBeDefined());
  const spec = { containers: [{ name: 'c', image: 'i' }] };
  await client.create(Pod, { metadata: { name: 'p', namespace }, spec });
  const get = () => client.get(Pod, { name: 'p', namespace });
  const message = expect.stringMatching(/^running Bind plugin "DefaultBinder": .*not today/);
  await cluster.eventually(async () =>
    expect((await get()).status.conditions).toContainEqual(
      expect.objectContaining({ type: 'PodScheduled', status: 'False', reason: 'SchedulerError', message }),
    ),
  );
  await cluster.eventually(async () =>
    expect((await client.list(Event, { namespace })).items).toContainEqual(
      expect.objectContaining({ type: 'Warning', reason: 'FailedScheduling', message }),
    ),
  );
  await client.delete(ValidatingAdmissionPolicyBinding, { name: 'b' });
  await cluster.eventually(async () => expect((await get()).spec.nodeName).toBe('n'));
});

import { expect, it } from 'vitest';
import { startCluster } from '../../src/sdk/testing/cluster.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { ResourceClaim } from '../kinds/resource/v1/resource-claim.ts';
import { ResourceClaimTemplate } from '../kinds/resource/v1/resource-claim-template.ts';

it('devices in use are asked for where the namespace says so', async () => {
  await using cluster = await startCluster({ without: ['controllers', 'scheduler'] });
  const { client } = cluster;
  const labels = { 'resource.kubernetes.io/admin-access': 'true' };
  await client.create(Namespace, { metadata: { name: 'admins', labels } });
  const spec = { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'c', adminAccess: true } }] } };
  const refusal = 'spec.devices.requests[0].adminAccess: Forbidden: admin access to devices requires the';
  const claim = (namespace: string) => client.create(ResourceClaim, { metadata: { name: 'x', namespace }, spec });
  await expect(claim('default')).rejects.toThrow(refusal);
  const metadata = { name: 'x', namespace: 'default' };
  await expect(client.create(ResourceClaimTemplate, { metadata, spec: { spec } })).rejects.toThrow(refusal);
  expect(await claim('admins')).toMatchObject({ spec });
});

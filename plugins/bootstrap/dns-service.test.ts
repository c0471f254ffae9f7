import { expect, it } from 'vitest';
import { startCluster } from '../../src/sdk/testing/cluster.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { ensureDnsService } from './dns-service.ts';

it('the DNS service gets its second address with the second family of its cluster', async () => {
  const settings = { serviceCidr: '10.43.0.0/16,fd43::/112' };
  await using cluster = await startCluster({ without: ['scheduler', 'bootstrap'], settings });
  const { client } = cluster;
  await client.create(Namespace, { metadata: { name: 'kube-system' } });
  const read = async () => (await client.get(Service, { name: 'kube-dns', namespace: 'kube-system' })).spec;
  await ensureDnsService(client, ['10.43.0.10']);
  expect(await read()).toMatchObject({ clusterIPs: ['10.43.0.10'], ipFamilyPolicy: 'SingleStack' });
  await ensureDnsService(client, ['10.43.0.10', 'fd43::a']);
  await ensureDnsService(client, ['10.43.0.10', 'fd43::a']);
  expect(await read()).toMatchObject({
    clusterIPs: ['10.43.0.10', 'fd43::a'],
    ipFamilies: ['IPv4', 'IPv6'],
    ipFamilyPolicy: 'RequireDualStack',
  });
});

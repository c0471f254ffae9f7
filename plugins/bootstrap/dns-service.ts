import type { Client } from '../../src/api/client.ts';
import { createUnlessPresent } from '../../src/sdk/create-unless-present.ts';
import { Service } from '../kinds/core/v1/service.ts';

const KEY = { name: 'kube-dns', namespace: 'kube-system' };

/**
 * The cluster's DNS as clients look for it. It has no selector and no endpoints: this process answers at
 * its addresses itself. One of a cluster that gets its second family gets its second address.
 */
export async function ensureDnsService(client: Client, [clusterIP = '', ...more]: readonly string[]): Promise<void> {
  const both = { clusterIPs: [clusterIP, ...more], ipFamilyPolicy: 'RequireDualStack' } as const;
  await createUnlessPresent(client, Service, {
    metadata: {
      ...KEY,
      labels: { 'k8s-app': 'kube-dns', 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' },
    },
    spec: {
      type: 'ClusterIP',
      clusterIP,
      ...(more.length === 0 ? {} : both),
      ports: [
        { name: 'dns', port: 53, targetPort: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, targetPort: 53, protocol: 'TCP' },
      ],
    },
  });
  if (more.length === 0) return;
  const { spec } = await client.get(Service, KEY);
  if (spec.clusterIP !== clusterIP || spec.clusterIPs?.length !== 1) return;
  await client.patch(Service, KEY, { type: 'merge', body: { spec: both } });
}

import type { Client } from '../../src/api/client.ts';
import { createUnlessPresent } from '../../src/sdk/create-unless-present.ts';
import { Service } from '../kinds/core/v1/service.ts';

/**
 * The cluster's DNS as clients look for it. It has no selector and no endpoints: this process answers at
 * its address itself.
 */
export const ensureDnsService = (client: Client, clusterDns: string): Promise<void> =>
  createUnlessPresent(client, Service, {
    metadata: {
      name: 'kube-dns',
      namespace: 'kube-system',
      labels: { 'k8s-app': 'kube-dns', 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' },
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: clusterDns,
      ports: [
        { name: 'dns', port: 53, targetPort: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, targetPort: 53, protocol: 'TCP' },
      ],
    },
  });

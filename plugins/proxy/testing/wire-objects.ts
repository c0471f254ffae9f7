import type { Endpoint } from '../../kinds/discovery/v1/endpoint.ts';
import type { EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';
import type { Service } from '../../kinds/core/v1/service.ts';

/** Objects as the API server would answer them, with what a test does not care for filled in. */
const metadata = (name: string, labels: Readonly<Record<string, string>> = {}) => ({
  name,
  namespace: 'default',
  uid: `uid-${name}`,
  resourceVersion: '1',
  creationTimestamp: '2026-01-01T00:00:00Z',
  labels,
});

export const service = (
  spec: Partial<Service['spec']> = {},
  over: { readonly name?: string; readonly labels?: Readonly<Record<string, string>>; readonly status?: object } = {},
): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(over.name ?? 'web', over.labels),
  spec: {
    type: 'ClusterIP',
    clusterIP: '10.43.0.7',
    sessionAffinity: 'None',
    ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 8080 }],
    ...spec,
  },
  status: { loadBalancer: {}, ...over.status },
});

export const endpoint = (address: string, over: Partial<Endpoint> = {}): Endpoint => ({
  addresses: [address],
  conditions: { ready: true },
  ...over,
});

export const slice = (
  endpoints: readonly Endpoint[],
  over: Partial<EndpointSlice> & { readonly service?: string; readonly name?: string } = {},
): EndpointSlice => {
  const { service: owner = 'web', name = `${owner}-1`, ...rest } = over;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: metadata(name, { 'kubernetes.io/service-name': owner }),
    addressType: 'IPv4',
    endpoints,
    ports: [{ name: 'http', protocol: 'TCP', port: 8080 }],
    ...rest,
  };
};

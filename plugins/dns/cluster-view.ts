import type { Cache, CacheIndex } from '../../src/sdk/caches.ts';
import type { Namespace } from '../kinds/core/v1/namespace.ts';
import type { Service } from '../kinds/core/v1/service.ts';
import type { Endpoint } from '../kinds/discovery/v1/endpoint.ts';
import type { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { serviceKey, serviceOfSlice, slicesByService } from '../kinds/discovery/v1/slices-of-service.ts';

/** What names are made of. */
export interface ClusterView {
  hasNamespace(name: string): boolean;
  service(namespace: string, name: string): Service | undefined;
  slicesOf(namespace: string, service: string): readonly EndpointSlice[];
  servicesAt(clusterIp: string): readonly Service[];
  endpointsAt(address: string): readonly FoundEndpoint[];
}

export interface FoundEndpoint {
  readonly namespace: string;
  readonly service: string;
  readonly endpoint: Endpoint;
}

export interface ViewedCaches {
  readonly namespaces: Cache<Namespace>;
  readonly services: Cache<Service>;
  readonly slices: Cache<EndpointSlice>;
}

export const clusterView = ({ namespaces, services, slices }: ViewedCaches): ClusterView => ({
  hasNamespace: name => namespaces.get(name) !== undefined,
  service: (namespace, name) => services.get(name, namespace),
  slicesOf: (namespace, service) => slices.indexed(slicesByService, serviceKey(namespace, service)),
  servicesAt: clusterIp => services.indexed(servicesByClusterIp, clusterIp),
  endpointsAt: address =>
    slices.indexed(slicesByAddress, address).flatMap(slice =>
      (slice.endpoints ?? [])
        .filter(endpoint => endpoint.addresses.includes(address))
        .map(endpoint => ({
          namespace: slice.metadata.namespace ?? '',
          service: serviceOfSlice(slice) ?? '',
          endpoint,
        })),
    ),
});

const slicesByAddress: CacheIndex<EndpointSlice> = {
  name: 'dns.endpoint-address',
  keysOf: slice =>
    serviceOfSlice(slice) === undefined
      ? []
      : [...new Set((slice.endpoints ?? []).flatMap(({ addresses }) => addresses))],
};

const servicesByClusterIp: CacheIndex<Service> = {
  name: 'dns.cluster-ip',
  keysOf: ({ spec }) => (spec.clusterIPs ?? [spec.clusterIP ?? '']).filter(ip => ip !== '' && ip !== 'None'),
};

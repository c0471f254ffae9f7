import type { Service } from '../kinds/core/v1/service.ts';
import type { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { ipFamilyOf } from './ip-family.ts';
import type { ProxyNode } from './listener.ts';
import { isOurs } from './plan-service.ts';

/** What a balancer is told that asks this node whether it has endpoints of a service. */
export interface ServiceHealth {
  readonly port: number;
  /** Ready ones on this node, each address once. */
  readonly localEndpoints: number;
}

/** `undefined` for a service that nobody is told about. Pure. */
export function planHealthCheck(
  service: Service,
  slices: readonly EndpointSlice[],
  node: ProxyNode,
  isGoing: (podUid: string) => boolean,
): ServiceHealth | undefined {
  const family = ipFamilyOf(service.spec.clusterIP ?? '');
  const { type, externalTrafficPolicy, healthCheckNodePort: port = 0, publishNotReadyAddresses } = service.spec;
  if (!isOurs(service) || type !== 'LoadBalancer' || externalTrafficPolicy !== 'Local' || port === 0) return undefined;
  const endpoints = slices.flatMap(slice => (slice.addressType === family ? (slice.endpoints ?? []) : []));
  const ready = endpoints.filter(
    ({ nodeName, conditions, targetRef }) =>
      nodeName === node.name &&
      conditions.ready !== false &&
      (publishNotReadyAddresses === true || !isGoing(targetRef?.uid ?? '')),
  );
  return { port, localEndpoints: new Set(ready.map(({ addresses: [address] }) => address)).size };
}

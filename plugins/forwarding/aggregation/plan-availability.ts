import type { Availability } from '../../kinds/apiregistration/v1/availability.ts';
import type { ServiceReference } from '../../kinds/apiregistration/v1/api-service-spec.ts';
import type { Service } from '../../kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';
import { readyEndpoints, type ReadyEndpoint } from '../../kinds/discovery/v1/slices-of-service.ts';

/** What is known of an API's server before it is asked itself. */
export type AvailabilityPlan =
  | { readonly type: 'unavailable'; readonly availability: Availability }
  | { readonly type: 'ask'; readonly endpoints: readonly ReadyEndpoint[] };

/** In upstream's words and order: its service, the service's port, endpoints, and one that is ready. */
export function planAvailability(
  reference: ServiceReference,
  service: Service | undefined,
  slices: readonly EndpointSlice[],
): AvailabilityPlan {
  const { name = '', namespace = '', port } = reference;
  const named = `service/${name}`;
  if (service === undefined) return missing('ServiceNotFound', `${named} in "${namespace}" is not present`);
  const { type, externalName = '', ports = [] } = service.spec;
  if (type === 'ExternalName') return { type: 'ask', endpoints: [{ host: externalName, port }] };
  const found = ports.find(each => each.port === port);
  const portName = found?.name ?? '';
  const endpoints = found === undefined ? [] : readyEndpoints(slices, portName);
  if (type !== 'ClusterIP') return { type: 'ask', endpoints };
  if (found === undefined) {
    return missing('ServicePortError', `${named} in "${namespace}" is not listening on port ${port}`);
  }
  if (slices.length === 0) {
    return missing('EndpointsNotFound', `cannot find endpointslices for ${named} in "${namespace}"`);
  }
  if (endpoints.length === 0) {
    const where = `endpointslices for ${named} in "${namespace}"`;
    return missing('MissingEndpoints', `${where} have no addresses with port name "${portName}"`);
  }
  return { type: 'ask', endpoints };
}

const missing = (reason: string, message: string): AvailabilityPlan => ({
  type: 'unavailable',
  availability: { status: 'False', reason, message },
});

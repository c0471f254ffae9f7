import type { Random } from '../../src/base/world.ts';
import type { Service } from '../kinds/core/v1/service.ts';
import type { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { readyEndpoints, type ReadyEndpoint } from '../kinds/discovery/v1/slices-of-service.ts';

const ROUTED = ['ClusterIP', 'LoadBalancer', 'NodePort'];

/** A ready endpoint of a service's port by chance, or what is wrong, in upstream's words. Pure but for the chance. */
export function serviceEndpoint(
  name: string,
  port: number,
  service: Service | undefined,
  slices: readonly EndpointSlice[],
  random: Pick<Random, 'fraction'>,
): ReadyEndpoint | { readonly problem: string } {
  if (service === undefined) return { problem: `service ${JSON.stringify(name)} not found` };
  const { type, ports = [] } = service.spec;
  if (!ROUTED.includes(type)) return { problem: `unsupported service type ${JSON.stringify(type)}` };
  const servicePort = ports.find(each => each.port === port);
  if (servicePort === undefined)
    return { problem: `no service port ${port} found for service ${JSON.stringify(name)}` };
  const ready = readyEndpoints(slices, servicePort.name ?? '');
  return (
    ready[Math.floor(random.fraction() * ready.length)] ?? {
      problem: `no endpoints available for service ${JSON.stringify(name)}`,
    }
  );
}

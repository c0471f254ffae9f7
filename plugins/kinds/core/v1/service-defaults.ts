import { mapShared } from '../../../../src/base/map-shared.ts';
import type { ServiceObject } from './service-object.ts';
import type { ServicePort, ServiceSpec } from './service-spec.ts';

/** How long a client stays with one pod unless said otherwise: three hours. */
const AFFINITY_SECONDS = 10_800;

/** Defaults of a service that depend on other fields. Shares what it keeps. */
export function defaultService<S extends ServiceObject>(given: S): S {
  const service = withModes(given);
  const { spec } = service;
  const added: Partial<ServiceSpec> = { ...affinity(spec), ...policies(spec), ...ports(spec) };
  const { sessionAffinityConfig, ...rest } = spec;
  if (spec.sessionAffinity === 'None' && sessionAffinityConfig !== undefined) {
    return { ...service, spec: { ...rest, ...added } };
  }
  return Object.keys(added).length === 0 ? service : { ...service, spec: { ...spec, ...added } };
}

function affinity({ sessionAffinity, sessionAffinityConfig }: ServiceSpec): Partial<ServiceSpec> {
  if (sessionAffinity !== 'ClientIP' || sessionAffinityConfig?.clientIP?.timeoutSeconds !== undefined) return {};
  return { sessionAffinityConfig: { clientIP: { timeoutSeconds: AFFINITY_SECONDS } } };
}

function policies(spec: ServiceSpec): Partial<ServiceSpec> {
  const { type, externalIPs = [] } = spec;
  const isExternal = type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && externalIPs.length > 0);
  return {
    ...(isExternal && spec.externalTrafficPolicy === undefined ? { externalTrafficPolicy: 'Cluster' } : {}),
    ...(type !== 'ExternalName' && spec.internalTrafficPolicy === undefined
      ? { internalTrafficPolicy: 'Cluster' }
      : {}),
    ...(type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts === undefined
      ? { allocateLoadBalancerNodePorts: true }
      : {}),
  };
}

function ports({ ports: given = [] }: ServiceSpec): Partial<ServiceSpec> {
  const next = mapShared(given, (port: ServicePort) =>
    port.targetPort === undefined ? { ...port, targetPort: port.port } : port,
  );
  return next === given ? {} : { ports: next };
}

/** Addresses of a load balancer are its own unless it says that it forwards as a proxy. */
function withModes<S extends ServiceObject>(service: S): S {
  const { loadBalancer } = service.status;
  const before = loadBalancer.ingress ?? [];
  if (service.spec.type !== 'LoadBalancer') return service;
  const ingress = mapShared(before, place =>
    place.ip === undefined || place.ipMode !== undefined ? place : { ...place, ipMode: 'VIP' },
  );
  if (ingress === before) return service;
  return { ...service, status: { ...service.status, loadBalancer: { ...loadBalancer, ingress } } };
}

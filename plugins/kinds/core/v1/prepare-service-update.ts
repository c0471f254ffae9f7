import { isDeepEqual } from '../../../../src/base/deep-equal.ts';
import { mapShared } from '../../../../src/base/map-shared.ts';
import type { ServiceObject } from './service-object.ts';
import type { ServicePort, ServiceSpec } from './service-spec.ts';
import { needsHealthCheck } from './validate-service.ts';

/**
 * A service that replaces another keeps the addresses and node ports that the client left out, and loses
 * what its new type has no use for, unless the client changed it too.
 */
export function prepareServiceUpdate<S extends ServiceObject>(service: S, old: S): S {
  const spec = withoutForeign(withAllocated(service.spec, old.spec), old.spec);
  const next = spec === service.spec ? service : { ...service, spec };
  const isLeft = old.spec.type === 'LoadBalancer' && spec.type !== 'LoadBalancer' && service.status !== undefined;
  return isLeft ? { ...next, status: { ...service.status, loadBalancer: {} } } : next;
}

const needsClusterIp = ({ type = 'ClusterIP' }: Partial<ServiceSpec>): boolean => type !== 'ExternalName';
const needsNodePorts = ({ type, allocateLoadBalancerNodePorts }: Partial<ServiceSpec>): boolean =>
  type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);

function withAllocated(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  let next = spec;
  if (needsClusterIp(spec) && needsClusterIp(old)) {
    const clusterIP = spec.clusterIP || old.clusterIP;
    if (clusterIP !== undefined && clusterIP !== spec.clusterIP) next = { ...next, clusterIP };
    if (next.clusterIPs === undefined && next.clusterIP === old.clusterIP && old.clusterIPs !== undefined) {
      next = { ...next, clusterIPs: old.clusterIPs };
    }
    const { clusterIPs = [] } = next;
    // Who changes the one address means the list as well.
    if (next.clusterIP !== undefined && next.clusterIP !== old.clusterIP && isDeepEqual(clusterIPs, old.clusterIPs)) {
      next = { ...next, clusterIPs: [next.clusterIP, ...clusterIPs.slice(1)] };
    }
  }
  if (needsNodePorts(spec) && needsNodePorts(old)) next = withPorts(next, old);
  const { healthCheckNodePort } = old;
  if (needsHealthCheck(spec) && next.healthCheckNodePort === undefined && healthCheckNodePort !== undefined) {
    next = { ...next, healthCheckNodePort };
  }
  return next;
}

function withPorts(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  const taken = new Set((spec.ports ?? []).map(port => port.nodePort));
  const ports = mapShared(spec.ports ?? [], port => {
    const before = old.ports?.findLast(other => (other.name ?? '') === (port.name ?? ''))?.nodePort;
    return port.nodePort !== undefined || before === undefined || taken.has(before)
      ? port
      : { ...port, nodePort: before };
  });
  return ports === (spec.ports ?? ports) ? spec : { ...spec, ports };
}

function withoutForeign(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  let next = spec;
  const drop = (name: keyof ServiceSpec): void => {
    if (next[name] === undefined || JSON.stringify(next[name]) !== JSON.stringify(old[name])) return;
    const { [name]: _dropped, ...rest } = next;
    next = rest as ServiceSpec;
  };
  if (needsClusterIp(old) && !needsClusterIp(spec)) {
    for (const name of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy'] as const)
      drop(name);
  }
  if (needsNodePorts(old) && !needsNodePorts(spec)) next = withoutNodePorts(next, old);
  if (isExternal(old) && !isExternal(spec)) drop('externalTrafficPolicy');
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    drop('allocateLoadBalancerNodePorts');
    drop('loadBalancerClass');
  }
  if (needsHealthCheck(old) && !needsHealthCheck(spec)) drop('healthCheckNodePort');
  return next;
}

const isExternal = ({ type, externalIPs = [] }: ServiceSpec): boolean =>
  type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && externalIPs.length > 0);

function withoutNodePorts(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  const before = new Set((old.ports ?? []).map(port => port.nodePort));
  const { ports = [] } = spec;
  if (!ports.every(port => port.nodePort === undefined || before.has(port.nodePort))) return spec;
  const bare = mapShared(ports, (port: ServicePort) => {
    if (port.nodePort === undefined) return port;
    const { nodePort: _dropped, ...rest } = port;
    return rest;
  });
  return bare === ports ? spec : { ...spec, ports: bare };
}

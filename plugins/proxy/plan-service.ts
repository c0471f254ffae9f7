import type { Service } from '../kinds/core/v1/service.ts';
import type { ServicePort } from '../kinds/core/v1/service-spec.ts';
import { clusterIpsOf } from '../kinds/core/v1/validate-service-families.ts';
import type { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import { eligibleEndpoints, type PortRef, type TrafficPolicy } from './eligible-endpoints.ts';
import { ipFamilyOf, type Family } from './ip-family.ts';
import { nodeAddresses, type EndpointAddress, type ProxyNode, type WantedListener } from './listener.ts';

/** Services with this label are some other proxy's. */
const otherProxy = 'service.kubernetes.io/service-proxy-name';
/** Upstream's `DefaultClientIPServiceAffinitySeconds`. */
const defaultAffinitySeconds = 10_800;

/** Every listener that one service asks for on `node`; `slices` are this service's. Pure. */
export function planService(
  service: Service,
  slices: readonly EndpointSlice[],
  node: ProxyNode,
  isGoing: (podUid: string) => boolean = () => false,
): readonly WantedListener[] {
  if (!isOurs(service)) return [];
  const endpointsOf = endpointsFor(service, slices, node, isGoing);
  return (service.spec.ports ?? []).flatMap(port => {
    const { protocol } = port;
    return protocol === 'SCTP' ? [] : planPort(service, { ...port, protocol }, node, endpointsOf);
  });
}

/** Where traffic to a port of the service may go. */
export function endpointsFor(
  { spec }: Service,
  slices: readonly EndpointSlice[],
  node: ProxyNode,
  isGoing: (podUid: string) => boolean,
): EndpointsOf {
  const publishesAll = spec.publishNotReadyAddresses === true;
  return (port, policy, family) =>
    eligibleEndpoints(family, slices, port, policy, node, publishesAll ? () => false : isGoing);
}

/** Whether it has addresses that this proxy is to answer for. */
export function isOurs({ spec: { type, clusterIP = '' }, metadata }: Service): boolean {
  if (type === 'ExternalName' || clusterIP === '' || clusterIP === 'None') return false;
  return metadata.labels?.[otherProxy] === undefined;
}

type RelayedPort = ServicePort & { readonly protocol: 'TCP' | 'UDP' };
type EndpointsOf = (port: PortRef, policy: TrafficPolicy, family: Family) => readonly EndpointAddress[];

function planPort(
  service: Service,
  port: RelayedPort,
  node: ProxyNode,
  endpointsOf: EndpointsOf,
): readonly WantedListener[] {
  const { spec } = service;
  const clusterIps = clusterIpsOf(spec);
  const families = new Set(clusterIps.map(ipFamilyOf));
  const affinitySeconds =
    spec.sessionAffinity === 'ClientIP'
      ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? defaultAffinitySeconds)
      : 0;
  const listen = (
    scope: WantedListener['scope'],
    address: string,
    number: number,
    policy: TrafficPolicy,
    allowedSources: readonly string[] = [],
  ): readonly WantedListener[] => {
    const { protocol } = port;
    const family = ipFamilyOf(address);
    // An address of a family that the service has not is none of its own.
    const endpoints = families.has(family) ? endpointsOf({ name: port.name ?? '', protocol }, policy, family) : [];
    return endpoints.length === 0
      ? []
      : [{ scope, protocol, address, port: number, endpoints, affinitySeconds, allowedSources }];
  };
  const external = spec.externalTrafficPolicy ?? 'Cluster';
  return [
    ...clusterIps.flatMap(ip => listen('service', ip, port.port, spec.internalTrafficPolicy ?? 'Cluster')),
    ...(spec.externalIPs ?? []).flatMap(ip => listen(scopeOf(ip, node), ip, port.port, external)),
    ...balancerAddresses(service).flatMap(ip =>
      listen(scopeOf(ip, node), ip, port.port, external, admitted(spec.loadBalancerSourceRanges, ipFamilyOf(ip))),
    ),
    ...(port.nodePort === undefined || port.nodePort === 0 ? [] : [...families]).flatMap(family =>
      nodeAddresses(port.protocol, node, family).flatMap(address =>
        listen('node', address, port.nodePort ?? 0, external),
      ),
    ),
  ];
}

/** A balancer that says `Proxy` wants to see the traffic itself (KEP-1860). */
const balancerAddresses = ({ status }: Service): readonly string[] =>
  (status.loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode }) =>
    ip === undefined || ipMode === 'Proxy' ? [] : [ip],
  );

/** Ranges of the other family alone admit nobody here, which is not the same as no ranges at all. */
function admitted(ranges: readonly string[] = [], family: Family): readonly string[] {
  const ours = ranges.map(range => range.trim()).filter(range => ipFamilyOf(range) === family);
  return ranges.length > 0 && ours.length === 0 ? [NOBODY[family]] : ours;
}
const NOBODY = { IPv4: '255.255.255.255/32', IPv6: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128' };

/** An external address may be the node's own: then it is the node that must listen. */
const scopeOf = (address: string, node: ProxyNode): WantedListener['scope'] =>
  node.addresses.includes(address) ? 'node' : 'service';

import { invalid, type FieldError } from '../../src/api/field-error.ts';
import type { Random } from '../../src/base/world.ts';
import type { ServicePort, ServiceSpec } from '../kinds/core/v1/service-spec.ts';
import { needsHealthCheck } from '../kinds/core/v1/validate-service.ts';
import type { AddressSpace, Claimed } from './address-space.ts';
import { claimClusterIps } from './claim-cluster-ips.ts';
import { pickFree, staticBand } from './number-pool.ts';

/**
 * The spec with the cluster IPs and node ports it needs: those it asks for, those it had before, or free
 * ones; without those its type has no use for. Pure but for `random`.
 */
export function claimAddresses(
  spec: ServiceSpec,
  old: ServiceSpec | undefined,
  space: AddressSpace,
  random: Random,
): Claimed {
  const addressed = claimClusterIps(spec, old, space, random);
  return 'errors' in addressed ? addressed : withNodePorts(addressed.spec, old, space, random);
}

function withNodePorts(spec: ServiceSpec, old: ServiceSpec | undefined, space: AddressSpace, random: Random): Claimed {
  const { type, ports = [] } = spec;
  if (type !== 'NodePort' && type !== 'LoadBalancer') {
    return { spec: ports.length === 0 ? spec : { ...spec, ports: ports.map(withoutNodePort) } };
  }
  const own = new Set((old?.ports ?? []).map(port => port.nodePort));
  const given = new Map<number, Set<string>>();
  const errors: FieldError[] = [];
  const chosen: ServicePort[] = [];
  for (const [index, port] of ports.entries()) {
    const kept = port.nodePort ?? (old === undefined ? sharedNodePort(port, chosen) : undefined);
    if (kept === undefined && !isGivenNodePorts(spec)) {
      chosen.push(port);
      continue;
    }
    const nodePort = kept ?? freeNodePort(space, given, random);
    const field = `spec.ports[${index}].nodePort`;
    if (nodePort === undefined) {
      errors.push(invalid(field, 0, 'failed to allocate a nodePort: range is full'));
      continue;
    }
    const complaint = own.has(nodePort) ? undefined : nodePortComplaint(nodePort, port, space, given);
    if (complaint !== undefined) errors.push(invalid(field, nodePort, complaint));
    given.set(nodePort, (given.get(nodePort) ?? new Set()).add(port.protocol));
    chosen.push({ ...port, nodePort });
  }
  if (errors.length > 0) return { errors };
  return withHealthCheck({ ...spec, ...(ports.length === 0 ? {} : { ports: chosen }) }, old, { space, given, random });
}

/** A balancer that sends to nodes with pods only asks each of them, at a port of its own. */
function withHealthCheck(spec: ServiceSpec, old: ServiceSpec | undefined, { space, given, random }: Choice): Claimed {
  if (!needsHealthCheck(spec)) return { spec };
  const { healthCheckNodePort: wanted } = spec;
  const field = 'spec.healthCheckNodePort';
  if (wanted === undefined) {
    const healthCheckNodePort = freeNodePort(space, given, random);
    if (healthCheckNodePort === undefined) {
      return { errors: [invalid(field, 0, 'failed to allocate a HealthCheck NodePort 0: range is full')] };
    }
    return { spec: { ...spec, healthCheckNodePort } };
  }
  if (wanted === old?.healthCheckNodePort) return { spec };
  const complaint = nodePortComplaint(wanted, { protocol: 'TCP' }, space, given);
  if (complaint === undefined) return { spec };
  return {
    errors: [invalid(field, wanted, `failed to allocate requested HealthCheck NodePort ${wanted}: ${complaint}`)],
  };
}
interface Choice {
  readonly space: AddressSpace;
  readonly given: ReadonlyMap<number, ReadonlySet<string>>;
  readonly random: Random;
}

function withoutNodePort(port: ServicePort): ServicePort {
  const { nodePort: _, ...rest } = port;
  return rest;
}

const isGivenNodePorts = ({ type, allocateLoadBalancerNodePorts }: ServiceSpec): boolean =>
  type === 'NodePort' || allocateLoadBalancerNodePorts !== false;

/** One number of one service is one node port, whatever the protocol. */
const sharedNodePort = ({ port }: ServicePort, chosen: readonly ServicePort[]): number | undefined =>
  chosen.find(other => other.port === port)?.nodePort;

function freeNodePort(space: AddressSpace, given: ReadonlyMap<number, unknown>, random: Random): number | undefined {
  const { first, last } = space.nodePorts;
  const size = last - first + 1;
  const range = { first, size, reservedForStatic: staticBand(size, 32, 128) };
  return pickFree(range, port => given.has(port) || space.isNodePortTaken(port), random);
}

/** One service may use a node port for several protocols, two services may not share one. */
function nodePortComplaint(
  nodePort: number,
  { protocol }: Pick<ServicePort, 'protocol'>,
  space: AddressSpace,
  given: ReadonlyMap<number, ReadonlySet<string>>,
): string | undefined {
  const { first, last } = space.nodePorts;
  if (nodePort < first || nodePort > last) {
    return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
  }
  const taken = given.get(nodePort)?.has(protocol) ?? space.isNodePortTaken(nodePort);
  return taken ? 'provided port is already allocated' : undefined;
}

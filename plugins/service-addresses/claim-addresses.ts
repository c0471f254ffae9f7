import { invalid, type FieldError } from '../../src/api/field-error.ts';
import { formatIpv4, parseIpv4, type Cidr } from '../../src/base/ipv4.ts';
import type { Random } from '../../src/base/world.ts';
import type { ServicePort, ServiceSpec } from '../kinds/core/v1/service-spec.ts';
import { needsHealthCheck } from '../kinds/core/v1/validate-service.ts';
import { pickFree, staticBand, type NumberRange } from './number-pool.ts';
import { settleFamilies } from './settle-families.ts';

/** What addresses and ports there are, and which of them other services hold. */
export interface AddressSpace {
  readonly serviceCidrs: readonly Cidr[];
  readonly nodePorts: { readonly first: number; readonly last: number };
  /** As far as is known here: what is not may be another's all the same. */
  isAddressTaken(address: string): boolean;
  /** Whether it was asked for, and is another's. */
  isAddressRefused(address: string): boolean;
  isNodePortTaken(port: number): boolean;
}

export type Claimed = { readonly spec: ServiceSpec } | { readonly errors: readonly FieldError[] };

/**
 * The spec with the cluster IP and node ports it needs: those it asks for, those it had before, or free
 * ones; without those its type has no use for. Pure but for `random`.
 */
export function claimAddresses(
  spec: ServiceSpec,
  old: ServiceSpec | undefined,
  space: AddressSpace,
  random: Random,
): Claimed {
  const addressed = withClusterIp(spec, old, space, random);
  return 'errors' in addressed ? addressed : withNodePorts(addressed.spec, old, space, random);
}

function withClusterIp(spec: ServiceSpec, old: ServiceSpec | undefined, space: AddressSpace, random: Random): Claimed {
  if (spec.type === 'ExternalName') {
    const { clusterIP: _, clusterIPs: __, ipFamilies: ___, ipFamilyPolicy: ____, ...rest } = spec;
    return { spec: rest };
  }
  const wanted = spec.clusterIP ?? (old?.type === 'ExternalName' ? undefined : old?.clusterIP);
  const settled = settleFamilies({ ...spec, ...(wanted === undefined ? {} : { clusterIP: wanted }) }, old);
  if ('errors' in settled) return settled;
  const { families } = settled;
  if (wanted === 'None') return { spec: { ...spec, ...families, clusterIP: 'None', clusterIPs: ['None'] } };
  if (wanted === undefined) {
    const clusterIP = freeAddress(space, random);
    if (clusterIP === undefined) return { errors: [exhausted()] };
    return { spec: { ...spec, ...families, clusterIP, clusterIPs: [clusterIP] } };
  }
  const complaint = wanted === old?.clusterIP ? undefined : complaintAbout(wanted, space);
  if (complaint !== undefined) {
    return { errors: [invalid('spec.clusterIPs', [wanted], `failed to allocate IP ${wanted}: ${complaint}`)] };
  }
  return { spec: { ...spec, ...families, clusterIP: wanted, clusterIPs: [wanted] } };
}

function freeAddress(space: AddressSpace, random: Random): string | undefined {
  const isTaken = (value: number): boolean => {
    const address = formatIpv4(value);
    return space.isAddressRefused(address) || space.isAddressTaken(address);
  };
  for (const cidr of space.serviceCidrs) {
    const address = pickFree(addressRange(cidr), isTaken, random);
    if (address !== undefined) return formatIpv4(address);
  }
  return undefined;
}

function complaintAbout(address: string, space: AddressSpace): string | undefined {
  const value = parseIpv4(address);
  const isUsable = ({ first, size }: Cidr): boolean => value !== undefined && value > first && value < first + size - 1;
  if (!space.serviceCidrs.some(isUsable)) return 'the provided network does not match the current range';
  return space.isAddressRefused(address) ? 'provided IP is already allocated' : undefined;
}

const exhausted = (): FieldError => invalid('spec.clusterIPs', [], 'failed to allocate a serviceIP: range is full');

/** Neither the network's own address nor the broadcast address are handed out. */
function addressRange({ first, size }: Cidr): NumberRange {
  return { first: first + 1, size: Math.max(size - 2, 0), reservedForStatic: staticBand(size, 16, 256) };
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

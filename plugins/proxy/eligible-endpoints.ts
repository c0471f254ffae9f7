import type { Endpoint } from '../kinds/discovery/v1/endpoint.ts';
import type { EndpointSlice } from '../kinds/discovery/v1/endpoint-slice.ts';
import type { Family } from './ip-family.ts';
import type { EndpointAddress, ProxyNode } from './listener.ts';

export interface PortRef {
  readonly name: string;
  readonly protocol: string;
}

/** Local: only endpoints on this node, whatever the topology says. */
export type TrafficPolicy = 'Cluster' | 'Local';

/**
 * The endpoints of a family that traffic to one service port may go to, in a fixed order. A pod `isGoing` from the moment it is
 * told to stop, which the slices say a little later: too late for a connection that is made in between.
 */
export function eligibleEndpoints(
  family: Family,
  slices: readonly EndpointSlice[],
  port: PortRef,
  policy: TrafficPolicy,
  node: ProxyNode,
  isGoing: (podUid: string) => boolean,
): readonly EndpointAddress[] {
  const found = new Map<string, Candidate>();
  for (const slice of slices) {
    if (slice.addressType !== family) continue;
    for (const { name = '', protocol, port: number } of slice.ports ?? []) {
      if (name !== port.name || protocol !== port.protocol || number === undefined) continue;
      for (const endpoint of slice.endpoints ?? []) add(found, asOfNow(endpoint, isGoing), number);
    }
  }
  const scope = [...found.values()].filter(({ endpoint }) => policy === 'Cluster' || endpoint.nodeName === node.name);
  const ready = scope.filter(({ endpoint }) => endpoint.conditions.ready !== false);
  const chosen = ready.length > 0 ? preferNear(ready, policy, node) : scope.filter(isServingWhileTerminating);
  return chosen.map(({ address, port: number }) => ({ address, port: number })).sort(byAddress);
}

function asOfNow(endpoint: Endpoint, isGoing: (podUid: string) => boolean): Endpoint {
  const { targetRef, conditions } = endpoint;
  if (targetRef?.uid === undefined || !isGoing(targetRef.uid)) return endpoint;
  const serving = conditions.serving ?? conditions.ready ?? true;
  return { ...endpoint, conditions: { ready: false, serving, terminating: true } };
}

interface Candidate extends EndpointAddress {
  readonly endpoint: Endpoint;
}

/** While a pod moves between slices it is in both for a moment; the one that is ready counts. */
function add(found: Map<string, Candidate>, endpoint: Endpoint, port: number): void {
  const [address] = endpoint.addresses;
  if (address === undefined) return;
  const key = `${address}:${port}`;
  const known = found.get(key);
  if (known === undefined || known.endpoint.conditions.ready === false) found.set(key, { address, port, endpoint });
}

/** KEP-1669: endpoints that are going away still serve while no other is left. */
const isServingWhileTerminating = ({ endpoint: { conditions } }: Candidate): boolean =>
  conditions.terminating === true && (conditions.serving ?? conditions.ready) !== false;

/**
 * Hints are honoured only when every ready endpoint has one and some name this node or zone (KEP-2433,
 * KEP-3015); otherwise a service could be left without endpoints here.
 */
function preferNear(ready: readonly Candidate[], policy: TrafficPolicy, node: ProxyNode): readonly Candidate[] {
  if (policy === 'Local') return ready;
  const sameNode = ready.filter(({ endpoint }) => endpoint.hints?.forNodes?.some(({ name }) => name === node.name));
  if (sameNode.length > 0 && ready.every(({ endpoint }) => (endpoint.hints?.forNodes ?? []).length > 0))
    return sameNode;
  const sameZone = ready.filter(({ endpoint }) => endpoint.hints?.forZones?.some(({ name }) => name === node.zone));
  if (sameZone.length > 0 && ready.every(({ endpoint }) => (endpoint.hints?.forZones ?? []).length > 0))
    return sameZone;
  return ready;
}

const byAddress = (one: EndpointAddress, other: EndpointAddress): number =>
  one.address < other.address ? -1 : one.address > other.address ? 1 : one.port - other.port;

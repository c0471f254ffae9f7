import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { formatIp } from '../../../src/base/ip-range.ts';
import { parseIp } from '../../../src/base/ip-problems.ts';
import type { EndpointAddress, EndpointSubset } from '../../kinds/core/v1/endpoint-subset.ts';
import type { Endpoint, EndpointPort } from '../../kinds/discovery/v1/endpoint.ts';
import type { EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';
import { MIRRORED_PER_SUBSET } from '../limits.ts';
import type { EndpointGroup, SlicePlan } from './plan-slices.ts';

export interface Mirror {
  readonly groups: readonly EndpointGroup[];
  /** Addresses beyond what is mirrored of one subset. */
  readonly skipped: number;
}

/** What the subsets of an Endpoints object say, by address family and ports. */
export function mirrorOf(subsets: readonly EndpointSubset[]): Mirror {
  const groups = new Map<string, Omit<EndpointGroup, 'endpoints'> & { readonly endpoints: Map<string, Endpoint> }>();
  let skipped = 0;
  for (const { ports: given = [], addresses = [], notReadyAddresses = [] } of subsets) {
    const ports = given.map(portOf);
    const all = [
      ...addresses.map(address => endpointOf(address, true)),
      ...notReadyAddresses.map(address => endpointOf(address, false)),
    ];
    skipped += Math.max(all.length - MIRRORED_PER_SUBSET, 0);
    for (const { addressType, endpoint } of all.slice(0, MIRRORED_PER_SUBSET)) {
      const key = JSON.stringify([addressType, ports]);
      const group = groups.get(key) ?? { addressType, ports, endpoints: new Map<string, Endpoint>() };
      groups.set(key, group);
      const id = identityOf(endpoint);
      if (!group.endpoints.has(id)) group.endpoints.set(id, endpoint);
    }
  }
  return {
    groups: [...groups.values()].map(group => ({ ...group, endpoints: [...group.endpoints.values()] })),
    skipped,
  };
}

/** One slice a group; a slice that nothing needs takes what a new one would hold. */
export function planMirror(groups: readonly EndpointGroup[], slices: readonly EndpointSlice[]): SlicePlan {
  const spare = [...slices];
  const take = (isWanted: (slice: EndpointSlice) => boolean): EndpointSlice | undefined => {
    const index = spare.findIndex(isWanted);
    return index < 0 ? undefined : spare.splice(index, 1)[0];
  };
  const update: SlicePlan['update'][number][] = [];
  const missing: EndpointGroup[] = [];
  for (const group of groups) {
    const slice = take(each => each.addressType === group.addressType && isDeepEqual(each.ports ?? [], group.ports));
    if (slice === undefined) missing.push(group);
    else if (!isSame(slice.endpoints ?? [], group.endpoints)) update.push({ slice, content: group });
  }
  const create: EndpointGroup[] = [];
  for (const group of missing) {
    const slice = take(each => each.addressType === group.addressType);
    if (slice === undefined) create.push(group);
    else update.push({ slice, content: group });
  }
  return { create, update, remove: spare };
}

/** Whatever the order. */
function isSame(a: readonly Endpoint[], b: readonly Endpoint[]): boolean {
  const known = new Map(a.map(endpoint => [identityOf(endpoint), endpoint]));
  return a.length === b.length && b.every(endpoint => isDeepEqual(endpoint, known.get(identityOf(endpoint))));
}

const identityOf = ({ addresses, hostname, targetRef, nodeName }: Endpoint): string =>
  JSON.stringify([addresses[0], hostname, targetRef?.uid, nodeName]);

const portOf = ({
  name = '',
  port,
  protocol,
  appProtocol,
}: NonNullable<EndpointSubset['ports']>[number]): EndpointPort => ({
  name,
  port,
  protocol,
  ...(appProtocol === undefined ? {} : { appProtocol }),
});

function endpointOf(
  { ip, hostname, nodeName, targetRef }: EndpointAddress,
  ready: boolean,
): { readonly addressType: 'IPv4' | 'IPv6'; readonly endpoint: Endpoint } {
  const parsed = parseIp(ip);
  const address = parsed === undefined ? ip : formatIp(parsed.family, parsed.value);
  return {
    addressType: parsed?.family === 6 ? 'IPv6' : 'IPv4',
    endpoint: {
      addresses: [address],
      conditions: { ready },
      ...(hostname === undefined ? {} : { hostname }),
      ...(targetRef === undefined ? {} : { targetRef }),
      ...(nodeName === undefined ? {} : { nodeName }),
    },
  };
}

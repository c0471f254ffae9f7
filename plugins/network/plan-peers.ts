import type { FoundLink, FoundRoute } from '../../native/network.ts';
import { parseIp } from '../../src/base/ip-problems.ts';
import { isWithin, parseIpRange } from '../../src/base/ip-range.ts';
import { VXLAN_OVERHEAD_BYTES } from './limits.ts';

/** Another node of the cluster. */
export interface Peer {
  readonly podCidr: string;
  /** Its InternalIP. */
  readonly address: string;
  /** That of IPv6, where it has one. */
  readonly addressIpv6?: string | undefined;
}

export interface PeerPlan {
  /** Reached without a router in between: the node itself is the gateway to its pods. */
  readonly direct: readonly (Peer & { readonly link: string })[];
  /** All others: a router would not know whose the addresses of pods are. */
  readonly tunneled: readonly Peer[];
  /** What fits into the tunnel on its way to any of them. */
  readonly tunnelMtu: number;
}

/** How the pods of each peer are reached at its address, by what routes and links this machine has. */
export function planPeers(
  peers: readonly Peer[],
  { routes, links }: { readonly routes: readonly FoundRoute[]; readonly links: readonly FoundLink[] },
): PeerPlan {
  const ways = peers.map(peer => {
    const route = routeTo(peer.address, routes);
    return { peer, isOnLink: route?.gateway === null, link: links.find(({ index }) => index === route?.linkIndex) };
  });
  const tunneled = ways.filter(({ isOnLink, link }) => !isOnLink || link === undefined);
  return {
    direct: ways.flatMap(({ peer, isOnLink, link }) =>
      isOnLink && link !== undefined ? [{ ...peer, link: link.name }] : [],
    ),
    tunneled: tunneled.map(({ peer }) => peer),
    tunnelMtu: mtuOfTunnel(
      tunneled.map(({ peer }) => peer),
      { routes, links },
    ),
  };
}

/** What fits into the tunnel on its way to any of these. */
export function mtuOfTunnel(
  peers: readonly Peer[],
  { routes, links }: { readonly routes: readonly FoundRoute[]; readonly links: readonly FoundLink[] },
): number {
  const ways = peers.map(({ address }) => {
    const route = routeTo(address, routes);
    return links.find(({ index }) => index === route?.linkIndex)?.mtu ?? ETHERNET_MTU;
  });
  return Math.min(...ways, MAX_MTU) - VXLAN_OVERHEAD_BYTES;
}

const ETHERNET_MTU = 1_500;
const MAX_MTU = 65_535;

/** The nearest route that leads there, and of the nearest the one that is wanted most. */
function routeTo(address: string, routes: readonly FoundRoute[]): FoundRoute | undefined {
  const ip = parseIp(address);
  if (ip === undefined) return undefined;
  return routes
    .filter(({ type, to }) => {
      const range = parseIpRange(`${to.address}/${to.prefix}`);
      return type === 'unicast' && range !== undefined && isWithin(range, ip);
    })
    .toSorted((one, other) => other.to.prefix - one.to.prefix || one.metric - other.metric)[0];
}

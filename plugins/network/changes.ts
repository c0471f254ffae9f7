import type { NetworkChange, Prefix } from '../../native/network.ts';
import { formatIp } from '../../src/base/ip-range.ts';
import { formatIpv4, parseCidr, parseIpv4 } from '../../src/base/ipv4.ts';
import { VXLAN_PORT, VXLAN_VNI } from './limits.ts';
import { gatewayMac, macOf } from './link-name.ts';

/** Next hops that exist on one link only; their neighbour entries are permanent, so nothing is ever asked by ARP. */
const nodeHops = { ipv4: '169.254.1.1', ipv6: 'fe80::1' };
const serviceHops = { ipv4: '169.254.1.2', ipv6: 'fe80::2' };

const isIpv6 = (text: string): boolean => text.includes(':');
const hopTo = (address: string, { ipv4, ipv6 }: typeof nodeHops): string => (isIpv6(address) ? ipv6 : ipv4);
const host = (address: string): Prefix => ({ address, prefix: isIpv6(address) ? 128 : 32 });

function network(cidr: string): Prefix {
  const [address = '', prefix = ''] = cidr.split('/');
  return isIpv6(cidr)
    ? { address, prefix: Number(prefix) }
    : { address: formatIpv4(parseCidr(cidr).first), prefix: Number(prefix) };
}

export interface PodLink {
  readonly link: string;
  /** IPv4 first. */
  readonly podIps: readonly string[];
  readonly netns: number;
  readonly mtu: number | null;
}

/** The pair itself: not repeatable, unlike what follows. */
export const podVeth = ({ link, podIps, netns, mtu }: PodLink): NetworkChange => ({
  netns: null,
  kind: 'veth',
  name: link,
  mac: gatewayMac,
  peerName: 'eth0',
  peerMac: macOf(podIps[0] ?? ''),
  peerNetns: netns,
  mtu,
});

export const podSide = ({ podIps, netns }: Pick<PodLink, 'podIps' | 'netns'>): readonly NetworkChange[] => [
  { netns, kind: 'up', link: 'lo' },
  ...ownSide(podIps, netns),
];

/** `eth0` with these addresses, up, and everything through it. */
function ownSide(addresses: readonly string[], netns: number): readonly NetworkChange[] {
  const isDual = addresses.some(isIpv6);
  return [
    ...(isDual ? quietIpv6(netns, 'eth0') : []),
    ...addresses.map(address => ({ netns, kind: 'address', link: 'eth0', ...host(address) }) as const),
    { netns, kind: 'up', link: 'eth0' },
    ...addresses.flatMap(address => gatewayThrough(netns, hopTo(address, nodeHops), gatewayMac)),
  ];
}

/** A link of IPv6, though the machine's own may be of IPv4 only, on which nothing is asked for or announced. */
const quietIpv6 = (netns: number | null, link: string): readonly NetworkChange[] =>
  Object.entries({ disable_ipv6: '0', accept_ra: '0', addr_gen_mode: '1', accept_dad: '0' }).map(([key, value]) => ({
    netns,
    kind: 'sysctl',
    key: `net/ipv6/conf/${link}/${key}`,
    value,
  }));

/** The node's half of a pod's link, needed again when a daemon finds its pods after a restart. */
export function nodeSide(link: string, podIps: readonly string[]): readonly NetworkChange[] {
  const mac = macOf(podIps[0] ?? '');
  return [
    ...(podIps.some(isIpv6) ? quietIpv6(null, link) : []),
    ...podIps.flatMap((address): readonly NetworkChange[] => [
      { netns: null, kind: 'neighbour', link, address, mac },
      { ...podRoute(link, address), kind: 'route' },
    ]),
  ];
}

export const podRoutesGone = (link: string, podIps: readonly string[]): readonly NetworkChange[] =>
  podIps.map(address => ({ ...podRoute(link, address), kind: 'delete-route' }));

const podRoute = (link: string, podIp: string) =>
  ({ netns: null, type: 'unicast', to: host(podIp), link, gateway: null, source: null, metric: 0 }) as const;

/** All of the hop's family. */
const gatewayThrough = (netns: number, hop: string, mac: string): readonly NetworkChange[] => [
  { netns, kind: 'neighbour', link: 'eth0', address: hop, mac },
  {
    netns,
    kind: 'route',
    type: 'unicast',
    to: { address: isIpv6(hop) ? '::' : '0.0.0.0', prefix: 0 },
    link: 'eth0',
    gateway: hop,
    source: null,
    metric: 0,
  },
];

export interface ServiceLink {
  readonly link: string;
  readonly netns: number;
  /** One of a family, as are the ranges; IPv4 first. */
  readonly proxyAddresses: readonly string[];
  readonly serviceCidrs: readonly string[];
  readonly mtu: number | null;
  /** What the node has on its end of the link. */
  readonly ownAddresses: readonly string[];
}

/** The service netns: every address of the service CIDRs is local in it, and the node sends them there. */
export function serviceNetnsChanges(service: ServiceLink): readonly NetworkChange[] {
  const { link, netns, proxyAddresses, serviceCidrs, mtu, ownAddresses } = service;
  const mac = macOf(proxyAddresses[0] ?? '');
  const isDual = proxyAddresses.some(isIpv6);
  return [
    {
      netns: null,
      kind: 'veth',
      name: link,
      mac: gatewayMac,
      peerName: 'eth0',
      peerMac: mac,
      peerNetns: netns,
      mtu,
    },
    { netns, kind: 'up', link: 'lo' },
    ...ownSide(proxyAddresses, netns),
    ...serviceCidrs.map(cidr => addressOfServices(netns, network(cidr))),
    ...Object.entries(dialing).map(([key, value]) => ({ netns, kind: 'sysctl', key, value }) as const),
    ...(isDual ? quietIpv6(null, link) : []),
    ...ownAddresses.map(address => ({ netns: null, kind: 'address', link, ...host(address) }) as const),
    ...proxyAddresses.map(
      address => ({ netns: null, kind: 'neighbour', link, address: hopTo(address, serviceHops), mac }) as const,
    ),
    ...proxyAddresses.map(address => toServices(link, host(address))),
    ...serviceCidrs.map(cidr => toServices(link, network(cidr))),
  ];
}

/**
 * Nothing but the proxy lives in the service netns: all ports but the privileged ones are its own to dial from,
 * those of closed connections again after a second, and backends that vanished are noticed within minutes.
 */
const dialing = {
  'net/ipv4/ip_local_port_range': '1024 65535',
  'net/ipv4/tcp_tw_reuse': '1',
  'net/ipv4/tcp_keepalive_time': '120',
  'net/ipv4/tcp_keepalive_intvl': '15',
  'net/ipv4/tcp_keepalive_probes': '8',
} as const;

/** An address outside the service CIDR (an external IP) that services answer at. */
export const claimAddress = (netns: number, link: string, address: string): readonly NetworkChange[] => [
  addressOfServices(netns, host(address)),
  toServices(link, host(address)),
];

export const unclaimAddress = (netns: number, link: string, address: string): readonly NetworkChange[] => [
  { ...toServices(link, host(address)), kind: 'delete-route' },
  { ...addressOfServices(netns, host(address)), kind: 'delete-route' },
];

const addressOfServices = (netns: number, to: Prefix) =>
  ({ netns, kind: 'route', type: 'local', to, link: 'lo', gateway: null, source: null, metric: 0 }) as const;

const toServices = (link: string, to: Prefix) =>
  ({
    netns: null,
    kind: 'route',
    type: 'unicast',
    to,
    link,
    gateway: hopTo(to.address, serviceHops),
    source: null,
    metric: 0,
  }) as const;

/** Pods of another node through that node, over a link on which it is a neighbour. */
export const peerRoute = (
  podCidr: string,
  gateway: string,
  link: string,
): NetworkChange & { readonly kind: 'route' } => ({
  netns: null,
  kind: 'route',
  type: 'unicast',
  to: network(podCidr),
  link,
  gateway,
  source: null,
  metric: 0,
});

export interface Tunnel {
  readonly name: string;
  readonly podCidr: string;
  readonly nodeAddress: string;
  readonly mtu: number;
}

/** A node's end of the tunnel has the first address of its pod CIDR, which no pod gets, and the hardware address of that. */
const tunnelEnd = (podCidr: string): string => formatIpv4(parseCidr(podCidr).first);

export const tunnelChanges = ({ name, podCidr, nodeAddress, mtu }: Tunnel): readonly NetworkChange[] => [
  {
    netns: null,
    kind: 'vxlan',
    name,
    mac: macOf(tunnelEnd(podCidr)),
    vni: VXLAN_VNI,
    port: VXLAN_PORT,
    local: nodeAddress,
    mtu,
  },
  { netns: null, kind: 'address', link: name, ...host(tunnelEnd(podCidr)) },
];

/** Everything to the pods of `peer` through the tunnel: nothing is asked or learned on it. */
export function tunnelPeer({ podCidr, address }: PeerEnd, link: string): readonly NetworkChange[] {
  const end = tunnelEnd(podCidr);
  const mac = macOf(end);
  return [
    { netns: null, kind: 'forwarding', link, address, mac },
    { netns: null, kind: 'neighbour', link, address: end, mac },
    peerRoute(podCidr, end, link),
  ];
}

/** The same of its addresses of IPv6, in the same tunnel over IPv4; `source` is what the node itself speaks from. */
export function tunnelPeerIpv6(
  { podCidr, address, podCidrIpv6 }: PeerEnd & { readonly podCidrIpv6: string },
  link: string,
  source: string,
): readonly NetworkChange[] {
  const end = tunnelEnd(podCidr);
  const mac = macOf(end);
  const hop = linkLocalOf(end);
  return [
    ...quietIpv6(null, link),
    { netns: null, kind: 'forwarding', link, address, mac },
    { netns: null, kind: 'neighbour', link, address: hop, mac },
    { ...peerRoute(podCidrIpv6, hop, link), source },
  ];
}

interface PeerEnd {
  readonly podCidr: string;
  readonly address: string;
}

/** Of no use but on the link: an address of IPv6 that is made of one of IPv4. */
const linkLocalOf = (ipv4: string): string =>
  formatIp(6, (0xfe80n << 112n) + (1n << 32n) + BigInt(parseIpv4(ipv4) ?? 0));

/** The least wanted of all routes: below any other of the same prefix. */
const lastMetric = 4_096;

/**
 * Addresses of pods that are gone, and of services while no daemon runs, are refused at once. Without these
 * such packets would leave by the default route.
 */
export const unreachable = (cidr: string): NetworkChange & { readonly kind: 'route' } => ({
  netns: null,
  kind: 'route',
  type: 'unreachable',
  to: network(cidr),
  link: null,
  gateway: null,
  source: null,
  metric: lastMetric,
});

export const masquerade = (table: string, podCidr: string, clusterCidr: string, linkPrefix: string): NetworkChange => ({
  netns: null,
  kind: 'masquerade',
  table,
  source: network(podCidr),
  exceptTo: network(clusterCidr),
  exceptDevice: linkPrefix,
});

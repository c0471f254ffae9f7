import type { NetworkChange, Prefix } from '../../native/network.ts';
import { formatIpv4, parseCidr, type Cidr } from '../../src/base/ipv4.ts';
import { VXLAN_PORT, VXLAN_VNI } from './limits.ts';
import { gatewayMac, macOf } from './link-name.ts';

/** Next hops that exist on one link only; their neighbour entries are permanent, so nothing is ever asked by ARP. */
const nodeHop = '169.254.1.1';
const serviceHop = '169.254.1.2';

const host = (address: string): Prefix => ({ address, prefix: 32 });
const network = (cidr: Cidr): Prefix => ({ address: formatIpv4(cidr.first), prefix: cidr.prefix });

export interface PodLink {
  readonly link: string;
  readonly podIp: string;
  readonly netns: number;
  readonly mtu: number | null;
}

/** The pair itself: not repeatable, unlike what follows. */
export const podVeth = ({ link, podIp, netns, mtu }: PodLink): NetworkChange => ({
  netns: null,
  kind: 'veth',
  name: link,
  mac: gatewayMac,
  peerName: 'eth0',
  peerMac: macOf(podIp),
  peerNetns: netns,
  mtu,
});

export const podSide = ({ podIp, netns }: Pick<PodLink, 'podIp' | 'netns'>): readonly NetworkChange[] => [
  { netns, kind: 'up', link: 'lo' },
  { netns, kind: 'address', link: 'eth0', ...host(podIp) },
  ...gatewayThrough(netns, nodeHop, gatewayMac),
];

/** The node's half of a pod's link, needed again when a daemon finds its pods after a restart. */
export const nodeSide = (link: string, podIp: string): readonly NetworkChange[] => [
  { netns: null, kind: 'neighbour', link, address: podIp, mac: macOf(podIp) },
  { ...podRoute(link, podIp), kind: 'route' },
];

export const podRouteGone = (link: string, podIp: string): NetworkChange => ({
  ...podRoute(link, podIp),
  kind: 'delete-route',
});

const podRoute = (link: string, podIp: string) =>
  ({ netns: null, type: 'unicast', to: host(podIp), link, gateway: null, source: null, metric: 0 }) as const;

/** `eth0` up, and everything through it. */
const gatewayThrough = (netns: number, hop: string, mac: string): readonly NetworkChange[] => [
  { netns, kind: 'up', link: 'eth0' },
  { netns, kind: 'neighbour', link: 'eth0', address: hop, mac },
  {
    netns,
    kind: 'route',
    type: 'unicast',
    to: { address: '0.0.0.0', prefix: 0 },
    link: 'eth0',
    gateway: hop,
    source: null,
    metric: 0,
  },
];

export interface ServiceLink {
  readonly link: string;
  readonly netns: number;
  readonly proxyAddress: string;
  readonly serviceCidr: Cidr;
  readonly mtu: number | null;
  readonly ownAddress: string | null;
}

/** The service netns: every address of the service CIDR is local in it, and the node sends the CIDR there. */
export function serviceNetnsChanges(service: ServiceLink): readonly NetworkChange[] {
  const { link, netns, proxyAddress, serviceCidr, mtu, ownAddress } = service;
  const mac = macOf(proxyAddress);
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
    { netns, kind: 'address', link: 'eth0', ...host(proxyAddress) },
    ...gatewayThrough(netns, nodeHop, gatewayMac),
    addressOfServices(netns, network(serviceCidr)),
    ...Object.entries(dialing).map(([key, value]) => ({ netns, kind: 'sysctl', key, value }) as const),
    ...(ownAddress === null ? [] : [{ netns: null, kind: 'address', link, ...host(ownAddress) } as const]),
    { netns: null, kind: 'neighbour', link, address: serviceHop, mac },
    toServices(link, host(proxyAddress)),
    toServices(link, network(serviceCidr)),
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
  ({ netns: null, kind: 'route', type: 'unicast', to, link, gateway: serviceHop, source: null, metric: 0 }) as const;

/** Pods of another node through that node, over a link on which it is a neighbour. */
export const peerRoute = (
  podCidr: string,
  gateway: string,
  link: string,
): NetworkChange & { readonly kind: 'route' } => ({
  netns: null,
  kind: 'route',
  type: 'unicast',
  to: network(parseCidr(podCidr)),
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
export function tunnelPeer(
  { podCidr, address }: { readonly podCidr: string; readonly address: string },
  link: string,
): readonly NetworkChange[] {
  const end = tunnelEnd(podCidr);
  const mac = macOf(end);
  return [
    { netns: null, kind: 'forwarding', link, address, mac },
    { netns: null, kind: 'neighbour', link, address: end, mac },
    peerRoute(podCidr, end, link),
  ];
}

/** The least wanted of all routes: below any other of the same prefix. */
const lastMetric = 4_096;

/**
 * Addresses of pods that are gone, and of services while no daemon runs, are refused at once. Without these
 * such packets would leave by the default route.
 */
export const unreachable = (cidr: Cidr): NetworkChange & { readonly kind: 'route' } => ({
  netns: null,
  kind: 'route',
  type: 'unreachable',
  to: network(cidr),
  link: null,
  gateway: null,
  source: null,
  metric: lastMetric,
});

export const masquerade = (table: string, podCidr: Cidr, clusterCidr: Cidr, linkPrefix: string): NetworkChange => ({
  netns: null,
  kind: 'masquerade',
  table,
  source: network(podCidr),
  exceptTo: network(clusterCidr),
  exceptDevice: linkPrefix,
});

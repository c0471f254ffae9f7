import { closeSync } from 'node:fs';
import type { FilesNative } from '../../native/files.ts';
import type { NetworkNative } from '../../native/network.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import { AddressPool } from './address-pool.ts';
import { masquerade, unreachable } from './changes.ts';
import type { PodNetwork } from './contract.ts';
import { networkDir, removeNetwork, writeFootprint } from './footprint.ts';
import { byFamily } from '../../src/base/by-family.ts';
import { parseCidr } from '../../src/base/ipv4.ts';
import { LEAST_MTU_IPV6 } from './limits.ts';
import { LeaseFiles } from './leases.ts';
import { HostFirewall } from './host-firewall.ts';
import { linkNames, type LinkNames } from './link-name.ts';
import type { Ability } from '../runtime/contract.ts';
import { ipv6Ability } from './ipv6-ability.ts';
import { networkAbilities } from './network-abilities.ts';
import { detectNodeAddress, uplink } from './node-address.ts';
import { forwardIpv6, nodeIpv6, type NodeIpv6 } from './node-ipv6.ts';
import { RoutedPods } from './routed-pods.ts';
import { ServiceNetns } from './service-netns.ts';
import { refuseTaken } from './taken-addresses.ts';

export interface NodeNetworkOptions {
  readonly native: NetworkNative & FilesNative;
  readonly world: Pick<World, 'files' | 'network'>;
  readonly log: Logger;
  readonly dataDir: string;
  readonly podCidr: string;
  /** All pods of the cluster; traffic to them is not masqueraded. */
  readonly clusterCidr: string;
  readonly serviceCidr: string;
  /** Empty: found out. */
  readonly nodeAddress: string;
}

export interface NodeNetwork extends PodNetwork {
  /** Lets the service netns go. Pods keep their links; with no pod left, nothing at all stays behind. */
  close(): Promise<void>;
}

export async function openNodeNetwork(options: NodeNetworkOptions): Promise<NodeNetwork> {
  const ipv6 = await nodeIpv6(options, options.native, options.world);
  // What the kernel can do is tried in namespaces of its own, beside the rest: rules wait for all readers of others.
  const [abilities, network] = await Promise.all([abilitiesOf(options.native, ipv6), openNetwork(options, ipv6)]);
  return { ...network, abilities };
}

async function openNetwork(
  options: NodeNetworkOptions,
  ipv6: NodeIpv6 | undefined,
): Promise<Omit<NodeNetwork, 'abilities'>> {
  const { native, world, log, dataDir, podCidr } = options;
  const names = linkNames(dataDir);
  const pool = new AddressPool(parseCidr(podCidr));
  const { mtu, address } = await lookAtNode(options, names, ipv6);
  await writeFootprint(world.files, dataDir, {
    podCidr,
    serviceCidr: options.serviceCidr,
    clusterCidr: options.clusterCidr,
    ...(ipv6 === undefined ? {} : { podCidrIpv6: ipv6.podCidr }),
  });
  await openWays(options, ipv6);
  const masqueraded = masqueradePods(options, names, ipv6);
  const firewall = new HostFirewall({ native, log, names, families: ipv6 === undefined ? [4] : [4, 6] });
  await firewall.open();
  await firewall.warnOfOthers();
  const leases = new LeaseFiles(world.files, native, networkDir(dataDir));
  const found = await leases.load(pool);
  const pods = new RoutedPods({ native, log, names, pool, twins: ipv6?.twins, leases, found, mtu });
  const twinsOf = (text: string): readonly string[] => [ipv6?.twins.address(text) ?? []].flat();
  const service = await ServiceNetns.create({
    native,
    names,
    proxyAddresses: [pool.proxyAddress, ...twinsOf(pool.proxyAddress)],
    serviceCidrs: options.serviceCidr.split(','),
    mtu,
    // Of IPv6 always: the routes to pods of other nodes name it as what the node speaks from.
    ownAddresses: [...(address === undefined ? [pool.nodeAddress] : []), ...twinsOf(pool.nodeAddress)],
  });
  await masqueraded;
  if (address === undefined)
    log.warn('this machine has no address of its own: the node is known by one of its pod CIDR', {
      address: pool.nodeAddress,
    });
  if (ipv6 !== undefined && ipv6.nodeAddress === undefined)
    log.warn('this machine has no address of IPv6: its pods and services do, and the node is known by IPv4 only');
  return {
    podCidrs: [podCidr, ...(ipv6 === undefined ? [] : [ipv6.podCidr])],
    nodeAddresses: [address ?? pool.nodeAddress, ...(ipv6?.nodeAddress === undefined ? [] : [ipv6.nodeAddress])],
    serviceNetnsFd: service.fd,
    attach: async ({ podUid, netnsPath }) => {
      const [attached] = await Promise.all([pods.attach(podUid, netnsPath), firewall.open()]);
      return attached;
    },
    detach: podUid => pods.detach(podUid),
    reconcile: live => pods.reconcile(live),
    dialInNetns: (netnsPath, to, port, deadlineMs) => dialInNetns(native, netnsPath, to, port, deadlineMs),
    claimServiceAddress: claimed => service.claim(claimed),
    unclaimServiceAddress: claimed => service.unclaim(claimed),
    close: async () => {
      service.close();
      if (pods.count === 0) await removeNetwork(native, world.files, dataDir);
    },
  };
}

async function abilitiesOf(native: NetworkNative, ipv6: NodeIpv6 | undefined): Promise<readonly Ability[]> {
  if (ipv6 === undefined) return networkAbilities(native);
  const { routes } = ipv6;
  const links = await native.networkLinks(null);
  return [...(await networkAbilities(native, [4, 6])), ipv6Ability({ hasKernel: true, routes, links }, true)];
}

async function lookAtNode(options: NodeNetworkOptions, { prefix }: LinkNames, ipv6: NodeIpv6 | undefined) {
  const { native, world, nodeAddress, podCidr, serviceCidr } = options;
  const [routes, links] = await Promise.all([native.networkRoutes(null, 4), native.networkLinks(null)]);
  const cidrs = [podCidr, ...serviceCidr.split(','), ...(ipv6 === undefined ? [] : [ipv6.podCidr])];
  refuseTaken({ routes: [...routes, ...(ipv6?.routes ?? [])], links }, cidrs, prefix);
  const addresses = world.network.addresses();
  const wanted = nodeAddress.split(',').find(text => !text.includes(':')) ?? '';
  const address = detectNodeAddress({ family: 4, wanted, routes, links, addresses });
  const device = uplink({ routes, links }) ?? addresses.find(each => each.address === address)?.interface;
  // Packets that fit every pod link but not the way out would each cost an ICMP error.
  const mtu = links.find(({ name }) => name === device)?.mtu ?? null;
  return { mtu: mtu === null || ipv6 === undefined ? mtu : Math.max(mtu, LEAST_MTU_IPV6), address };
}

/** Routes of the node and that it forwards; what cannot be had is said once and done without. */
async function openWays(options: NodeNetworkOptions, ipv6: NodeIpv6 | undefined): Promise<void> {
  const { native, world, log, podCidr } = options;
  const cidrs = [podCidr, ...options.serviceCidr.split(','), ...(ipv6 === undefined ? [] : [ipv6.podCidr])];
  await native.networkApply(cidrs.map(unreachable));
  try {
    await native.networkApply([{ netns: null, kind: 'sysctl', key: 'net/ipv4/ip_forward', value: '1' }]);
  } catch (error) {
    log.warn('cannot turn on net.ipv4.ip_forward: pods reach each other only if it is on already', {
      error: String(error),
    });
  }
  if (ipv6 !== undefined) await forwardIpv6(native, world.files, log, ipv6.routes);
}

/** Pods speak to what is outside by the node's address; where that cannot be had, it is said. Never rejects. */
async function masqueradePods(
  { native, log, podCidr, clusterCidr }: NodeNetworkOptions,
  names: LinkNames,
  ipv6: NodeIpv6 | undefined,
): Promise<void> {
  const rules = [
    masquerade(names.table, podCidr, byFamily(clusterCidr).ipv4, names.prefix),
    ...(ipv6 === undefined ? [] : [masquerade(names.table, ipv6.podCidr, ipv6.clusterCidr, names.prefix)]),
  ];
  try {
    await native.networkApply(rules);
  } catch (error) {
    log.warn('cannot set up masquerading: pods reach only what has a route back to them', { error: String(error) });
  }
}

async function dialInNetns(
  native: NetworkNative,
  netnsPath: string,
  address: string,
  port: number,
  deadlineMs: number,
): Promise<number> {
  const netns = native.netnsOpen(netnsPath);
  try {
    // The socket is made before this returns its promise; the namespace's fd is needed no longer.
    return await native.tcpDial(netns, address, port, deadlineMs);
  } finally {
    closeSync(netns);
  }
}

import { closeSync } from 'node:fs';
import type { FilesNative } from '../../native/files.ts';
import type { NetworkNative } from '../../native/network.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import { AddressPool } from './address-pool.ts';
import { masquerade, unreachable } from './changes.ts';
import type { PodNetwork } from './contract.ts';
import { networkDir, removeNetwork, writeFootprint } from './footprint.ts';
import { parseCidr, type Cidr } from '../../src/base/ipv4.ts';
import { LeaseFiles } from './leases.ts';
import { HostFirewall } from './host-firewall.ts';
import { linkNames, type LinkNames } from './link-name.ts';
import { networkAbilities } from './network-abilities.ts';
import { detectNodeAddress, uplink } from './node-address.ts';
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
  const { native, world, log, dataDir, podCidr } = options;
  const serviceCidr = parseCidr(options.serviceCidr);
  const names = linkNames(dataDir);
  const pool = new AddressPool(parseCidr(podCidr));
  const { mtu, address } = await lookAtNode(options, names);
  await writeFootprint(world.files, dataDir, {
    podCidr,
    serviceCidr: options.serviceCidr,
    clusterCidr: options.clusterCidr,
  });
  await prepareNode(options, names, parseCidr(podCidr), serviceCidr);
  const firewall = new HostFirewall({ native, log, names });
  await firewall.open();
  await firewall.warnOfOthers();
  const leases = new LeaseFiles(world.files, native, networkDir(dataDir));
  const found = await leases.load(pool);
  const pods = new RoutedPods({ native, log, names, pool, leases, found, mtu });
  const service = await ServiceNetns.create({
    native,
    names,
    proxyAddress: pool.proxyAddress,
    serviceCidr,
    mtu,
    ownAddress: address === undefined ? pool.nodeAddress : null,
  });
  if (address === undefined)
    log.warn('this machine has no address of its own: the node is known by one of its pod CIDR', {
      address: pool.nodeAddress,
    });
  return {
    podCidr,
    abilities: await networkAbilities(native),
    nodeAddress: address ?? pool.nodeAddress,
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

async function lookAtNode(options: NodeNetworkOptions, { prefix }: LinkNames) {
  const { native, world, nodeAddress, podCidr, serviceCidr } = options;
  const [routes, links] = await Promise.all([native.networkRoutes(null), native.networkLinks(null)]);
  refuseTaken({ routes, links }, [podCidr, serviceCidr], prefix);
  const addresses = world.network.addresses();
  const address = detectNodeAddress({ wanted: nodeAddress, routes, links, addresses });
  const device = uplink({ routes, links }) ?? addresses.find(each => each.address === address)?.interface;
  // Packets that fit every pod link but not the way out would each cost an ICMP error.
  const mtu = links.find(({ name }) => name === device)?.mtu ?? null;
  return { mtu, address };
}

/** What must hold on the node before a pod can speak; what cannot be had is said once and done without. */
async function prepareNode(
  options: NodeNetworkOptions,
  names: LinkNames,
  podCidr: Cidr,
  serviceCidr: Cidr,
): Promise<void> {
  const { native, log } = options;
  await native.networkApply([unreachable(podCidr), unreachable(serviceCidr)]);
  try {
    await native.networkApply([{ netns: null, kind: 'sysctl', key: 'net/ipv4/ip_forward', value: '1' }]);
  } catch (error) {
    log.warn('cannot turn on net.ipv4.ip_forward: pods reach each other only if it is on already', {
      error: String(error),
    });
  }
  try {
    await native.networkApply([masquerade(names.table, podCidr, parseCidr(options.clusterCidr), names.prefix)]);
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

import { isIPv6 } from 'node:net';
import type { FoundRoute, NetworkNative } from '../../native/network.ts';
import { byFamily } from '../../src/base/by-family.ts';
import { presentOr } from '../../src/base/failed-with.ts';
import { must } from '../../src/base/must.ts';
import { TwinAddresses } from '../../src/base/twin-addresses.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import { detectNodeAddress, uplink } from './node-address.ts';

/** What a node of a cluster of both families has of IPv6. */
export interface NodeIpv6 {
  readonly twins: TwinAddresses;
  readonly podCidr: string;
  readonly serviceCidr: string;
  readonly clusterCidr: string;
  /** Of the machine; `undefined` where it has none. */
  readonly nodeAddress: string | undefined;
  readonly routes: readonly FoundRoute[];
}

interface Settings {
  readonly podCidr: string;
  readonly clusterCidr: string;
  readonly serviceCidr: string;
  readonly nodeAddress: string;
}

/** This node cannot be of a cluster of both families. */
export class NoIpv6Error extends Error {
  readonly code = 'NoIpv6';
  constructor() {
    super(
      'this kernel has no IPv6: leave the second family out of --cluster-cidr, --service-cidr and --cluster-dns, ' +
        'or boot without ipv6.disable=1',
    );
    this.name = 'NoIpv6Error';
  }
}

/** The settings of two families, of which both or none are to have a second; nothing where there is one. */
export async function nodeIpv6(
  { podCidr, clusterCidr, serviceCidr, nodeAddress }: Settings,
  native: NetworkNative,
  { files, network }: Pick<World, 'files' | 'network'>,
): Promise<NodeIpv6 | undefined> {
  const [cluster, services] = [byFamily(clusterCidr), byFamily(serviceCidr)];
  if ((cluster.ipv6 === undefined) !== (services.ipv6 === undefined))
    throw new Error(
      `--cluster-cidr and --service-cidr must be of the same families: ${clusterCidr} and ${serviceCidr}`,
    );
  const twins = TwinAddresses.of(clusterCidr);
  if (twins === undefined || cluster.ipv6 === undefined || services.ipv6 === undefined) return undefined;
  if (!(await hasIpv6(files))) throw new NoIpv6Error();
  const [routes, links] = await Promise.all([native.networkRoutes(null, 6), native.networkLinks(null)]);
  const wanted = nodeAddress.split(',').find(isIPv6) ?? '';
  return {
    twins,
    podCidr: must(twins.range(podCidr), `${podCidr} is of ${clusterCidr}`),
    serviceCidr: services.ipv6,
    clusterCidr: cluster.ipv6,
    nodeAddress: detectNodeAddress({ family: 6, wanted, routes, links, addresses: network.addresses() }),
    routes,
  };
}

export const hasIpv6 = (files: World['files']): Promise<boolean> =>
  presentOr(false, async () => {
    await files.access('/proc/sys/net/ipv6/conf/all/forwarding');
    return true;
  });

/**
 * Turns forwarding on. A machine that forwards does not listen to routers any more, from whom it may have its own
 * way out, unless told to.
 */
export async function forwardIpv6(
  native: NetworkNative,
  files: World['files'],
  log: Logger,
  routes: readonly FoundRoute[],
): Promise<void> {
  const set = (key: string, value: string): Promise<void> =>
    native.networkApply([{ netns: null, kind: 'sysctl', key: `net/ipv6/conf/${key}`, value }]);
  try {
    const away = uplink({ routes, links: await native.networkLinks(null) });
    const accepts = `${away}/accept_ra`;
    const before = away === undefined ? '' : await files.readFile(`/proc/sys/net/ipv6/conf/${accepts}`, 'utf8');
    if (before.trim() === '1') await set(accepts, '2');
    await set('all/forwarding', '1');
  } catch (error) {
    log.warn('cannot turn on net.ipv6.conf.all.forwarding: pods reach each other by IPv6 only if it is on already', {
      error: String(error),
    });
  }
}

import { createHash } from 'node:crypto';
import type { FoundLink, FoundRoute, NetworkChange, NetworkNative } from '../../native/network.ts';
import { failedWith } from '../../src/base/failed-with.ts';
import { contains, parseIpRange } from '../../src/base/ip-range.ts';
import { cidrContains, formatIpv4, parseCidr, type Cidr } from '../../src/base/ipv4.ts';
import { SharedTurns } from '../../src/base/shared-turns.ts';
import { TwinAddresses } from '../../src/base/twin-addresses.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import { peerRoute, tunnelChanges, tunnelPeer, tunnelPeerIpv6 } from './changes.ts';
import { LEAST_MTU_IPV6 } from './limits.ts';
import type { LinkNames } from './link-name.ts';
import { mtuOfTunnel, planPeers, type Peer, type PeerPlan } from './plan-peers.ts';

export interface PeerRoutesOptions {
  readonly native: NetworkNative;
  readonly log: Logger;
  readonly names: LinkNames;
  readonly nodeAddress: string;
  readonly podCidr: string;
  readonly clusterCidr: string;
  /** The other nodes as they are now. */
  readonly peers: () => readonly Peer[];
}

/** Keeps this node's routes to the pods of all others; never a word is said to the other nodes for it. */
export class PeerRoutes {
  readonly #options: PeerRoutesOptions;
  readonly #turns = new SharedTurns(() => this.#put());
  #failed = '';
  #isNarrow = false;

  constructor(options: PeerRoutesOptions) {
    this.#options = options;
  }

  /** Looks at the peers, and at what is there for them, and mends it. Never rejects: what fails is told, once. */
  async refresh(): Promise<void> {
    try {
      await this.#turns.take();
      this.#failed = '';
    } catch (error) {
      const text = String(error);
      if (text !== this.#failed) this.#options.log.warn('pods of other nodes may not be reached', { error: text });
      this.#failed = text;
    }
  }

  async #put(): Promise<void> {
    const { native, podCidr, peers } = this.#options;
    const own = parseCidr(podCidr);
    const others = peers().filter(peer => !overlap(own, parseCidr(peer.podCidr)));
    const [routes, links] = await Promise.all([native.networkRoutes(null, 4), native.networkLinks(null)]);
    const ways = { routes: routes.filter(({ ours }) => !ours), links };
    const plan = planPeers(others, ways);
    const ipv6 = await this.#planIpv6(others, links);
    const tunneled = others.filter(peer => plan.tunneled.includes(peer) || ipv6?.tunneled.includes(peer));
    const mtu = mtuOfTunnel(tunneled, ways);
    const tunnel = await this.#tunnel(tunneled.length > 0, mtu, links);
    const carriesIpv6 = ipv6 !== undefined && this.#carriesIpv6(mtu);
    await native.networkApply([
      ...plan.direct.map(({ podCidr: to, address, link }) => peerRoute(to, address, link)),
      ...plan.tunneled.flatMap(peer => tunnelPeer(peer, tunnel)),
      ...(ipv6 === undefined ? [] : changesOf(carriesIpv6 ? ipv6 : { ...ipv6, tunneled: [] }, tunnel)),
    ]);
    const wanted = new Set([...others.map(peer => peer.podCidr), ...(ipv6?.cidrs.values() ?? [])]);
    for (const route of [...routes, ...(ipv6?.routes ?? [])])
      if (this.#isOfPeer(route, links) && !wanted.has(cidrOf(route))) await this.#drop(route, links);
  }

  #carriesIpv6(tunnelMtu: number): boolean {
    const carries = tunnelMtu >= LEAST_MTU_IPV6;
    if (!carries && !this.#isNarrow)
      this.#options.log.warn(
        'the way to other nodes is too narrow for a tunnel of IPv6: their pods are reached by IPv4',
        {
          mtu: tunnelMtu,
        },
      );
    this.#isNarrow = !carries;
    return carries;
  }

  /** Nothing in a cluster of IPv4 alone. */
  async #planIpv6(others: readonly Peer[], links: readonly FoundLink[]): Promise<Ipv6Plan | undefined> {
    const { native, podCidr, clusterCidr } = this.#options;
    const twins = TwinAddresses.of(clusterCidr);
    if (twins === undefined) return undefined;
    const routes = await native.networkRoutes(null, 6);
    const byCidr = new Map(others.map(peer => [peer.podCidr, peer]));
    const at = others.map(peer => ({ ...peer, address: peer.addressIpv6 ?? '' }));
    const { direct, tunneled } = planPeers(at, { routes: routes.filter(({ ours }) => !ours), links });
    const cidrs = new Map(others.flatMap(peer => entryOf(peer.podCidr, twins.range(peer.podCidr))));
    return {
      routes,
      cidrs,
      source: twins.address(formatIpv4(parseCidr(podCidr).first + 1)) ?? '',
      direct: direct.filter(peer => cidrs.has(peer.podCidr)),
      tunneled: tunneled.flatMap(peer => (cidrs.has(peer.podCidr) ? (byCidr.get(peer.podCidr) ?? []) : [])),
    };
  }

  /** The name of the tunnel's link; of what it is made is in the name, so that one that is made otherwise is another. */
  async #tunnel(isNeeded: boolean, mtu: number, links: readonly FoundLink[]): Promise<string> {
    const { native, names, nodeAddress, podCidr } = this.#options;
    const made = createHash('sha256').update(`${nodeAddress} ${podCidr} ${mtu}`).digest('hex').slice(0, 6);
    const name = names.tunnel(made);
    const isWanted = (link: string): boolean => isNeeded && link === name;
    const found = links.filter(link => link.name.startsWith(names.tunnel('')));
    const gone = found.filter(link => !isWanted(link.name));
    await native.networkApply(gone.map(({ name: link }) => ({ netns: null, kind: 'delete-link', link })));
    if (isNeeded && gone.length === found.length)
      await native.networkApply(tunnelChanges({ name, podCidr, nodeAddress, mtu }));
    return name;
  }

  /** Made here for a peer, by this daemon or one before: within the cluster's addresses, over a link that is no pod's. */
  #isOfPeer(route: FoundRoute, links: readonly FoundLink[]): boolean {
    const { names, clusterCidr } = this.#options;
    const { ours, type, gateway, linkIndex } = route;
    const link = links.find(({ index }) => index === linkIndex)?.name ?? '';
    const isPods = link.startsWith(names.prefix) && !link.startsWith(names.tunnel(''));
    if (!ours || type !== 'unicast' || gateway === null || isPods) return false;
    const range = parseIpRange(cidrOf(route));
    const cluster = clusterCidr.split(',').flatMap(text => parseIpRange(text) ?? []);
    return range !== undefined && cluster.some(all => contains(all, range));
  }

  async #drop(route: FoundRoute, links: readonly FoundLink[]): Promise<void> {
    const link = links.find(({ index }) => index === route.linkIndex)?.name ?? '';
    const change: NetworkChange = { ...peerRoute(cidrOf(route), route.gateway ?? '', link), kind: 'delete-route' };
    try {
      await this.#options.native.networkApply([change]);
    } catch (error) {
      // It went with its link.
      if (!failedWith(error, 'ESRCH', 'ENODEV')) throw error;
    }
  }
}

interface Ipv6Plan extends Pick<PeerPlan, 'direct' | 'tunneled'> {
  readonly routes: readonly FoundRoute[];
  /** That of IPv6 for each peer's of IPv4. */
  readonly cidrs: ReadonlyMap<string, string>;
  /** What this node itself speaks from. */
  readonly source: string;
}

const entryOf = (key: string, value: string | undefined): readonly (readonly [string, string])[] =>
  value === undefined ? [] : [[key, value]];

const changesOf = ({ direct, tunneled, cidrs, source }: Ipv6Plan, tunnel: string): readonly NetworkChange[] => [
  ...direct.map(({ podCidr, address, link }) => peerRoute(cidrs.get(podCidr) ?? '', address, link)),
  ...tunneled.flatMap(peer => tunnelPeerIpv6({ ...peer, podCidrIpv6: cidrs.get(peer.podCidr) ?? '' }, tunnel, source)),
];

const cidrOf = ({ to }: FoundRoute): string => `${to.address}/${to.prefix}`;

const overlap = (one: Cidr, other: Cidr): boolean => cidrContains(one, other.first) || cidrContains(other, one.first);

import { createHash } from 'node:crypto';
import type { FoundLink, FoundRoute, NetworkChange, NetworkNative } from '../../native/network.ts';
import { failedWith } from '../../src/base/failed-with.ts';
import { cidrContains, parseCidr, parseIpv4, type Cidr } from '../../src/base/ipv4.ts';
import { SharedTurns } from '../../src/base/shared-turns.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import { peerRoute, tunnelChanges, tunnelPeer } from './changes.ts';
import type { LinkNames } from './link-name.ts';
import { planPeers, type Peer, type PeerPlan } from './plan-peers.ts';

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
    const [routes, links] = await Promise.all([native.networkRoutes(null), native.networkLinks(null)]);
    const plan = planPeers(others, { routes: routes.filter(({ ours }) => !ours), links });
    const tunnel = await this.#tunnel(plan, links);
    await native.networkApply([
      ...plan.direct.map(({ podCidr: to, address, link }) => peerRoute(to, address, link)),
      ...plan.tunneled.flatMap(peer => tunnelPeer(peer, tunnel)),
    ]);
    const wanted = new Set(others.map(peer => peer.podCidr));
    for (const route of routes)
      if (this.#isOfPeer(route, links) && !wanted.has(cidrOf(route))) await this.#drop(route, links);
  }

  /** The name of the tunnel's link; of what it is made is in the name, so that one that is made otherwise is another. */
  async #tunnel({ tunneled, tunnelMtu }: PeerPlan, links: readonly FoundLink[]): Promise<string> {
    const { native, names, nodeAddress, podCidr } = this.#options;
    const made = createHash('sha256').update(`${nodeAddress} ${podCidr} ${tunnelMtu}`).digest('hex').slice(0, 6);
    const name = names.tunnel(made);
    const isWanted = (link: string): boolean => tunneled.length > 0 && link === name;
    const found = links.filter(link => link.name.startsWith(names.tunnel('')));
    const gone = found.filter(link => !isWanted(link.name));
    await native.networkApply(gone.map(({ name: link }) => ({ netns: null, kind: 'delete-link', link })));
    if (tunneled.length > 0 && gone.length === found.length)
      await native.networkApply(tunnelChanges({ name, podCidr, nodeAddress, mtu: tunnelMtu }));
    return name;
  }

  /** Made here for a peer, by this daemon or one before: within the cluster's addresses, over a link that is no pod's. */
  #isOfPeer({ ours, type, gateway, linkIndex, to }: FoundRoute, links: readonly FoundLink[]): boolean {
    const { names, clusterCidr } = this.#options;
    const link = links.find(({ index }) => index === linkIndex)?.name ?? '';
    const isPods = link.startsWith(names.prefix) && !link.startsWith(names.tunnel(''));
    return (
      ours &&
      type === 'unicast' &&
      gateway !== null &&
      !isPods &&
      cidrContains(parseCidr(clusterCidr), parseIpv4(to.address) ?? 0)
    );
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

const cidrOf = ({ to }: FoundRoute): string => `${to.address}/${to.prefix}`;

const overlap = (one: Cidr, other: Cidr): boolean => cidrContains(one, other.first) || cidrContains(other, one.first);

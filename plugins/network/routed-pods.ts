import { closeSync, fstatSync } from 'node:fs';
import type { NetworkNative } from '../../native/network.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { AddressPool } from './address-pool.ts';
import type { TwinAddresses } from '../../src/base/twin-addresses.ts';
import { nodeSide, podRoutesGone, podSide, podVeth } from './changes.ts';
import { failedWith } from '../../src/base/failed-with.ts';
import type { Lease, LeaseFiles } from './leases.ts';
import type { LinkNames } from './link-name.ts';

export interface RoutedPodsOptions {
  readonly native: NetworkNative;
  readonly log: Logger;
  readonly names: LinkNames;
  readonly pool: AddressPool;
  /** Of a cluster of both families: a lease of an address is one of its twin as well. */
  readonly twins: TwinAddresses | undefined;
  readonly leases: LeaseFiles;
  /** What an earlier run left. */
  readonly found: ReadonlyMap<string, Lease & { readonly podIp: string }>;
  readonly mtu: number | null;
}

/** Pods on veths of their own. Calls about one pod run one after the other, those about others beside them. */
export class RoutedPods {
  readonly #options: RoutedPodsOptions;
  readonly #links = new Map<string, string>();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(options: RoutedPodsOptions) {
    this.#options = options;
    for (const { podUid, link } of options.found.values()) this.#links.set(podUid, link);
  }

  get count(): number {
    return this.#links.size;
  }

  attach(podUid: string, netnsPath: string): Promise<{ readonly podIps: readonly string[] }> {
    return this.#inTurn(podUid, () => this.#attach(podUid, netnsPath));
  }

  detach(podUid: string): Promise<void> {
    return this.#inTurn(podUid, () => this.#detach(podUid));
  }

  /** Frees what belongs to none of `live`, deletes links that belong to nobody and puts routes back. */
  async reconcile(live: ReadonlySet<string>): Promise<void> {
    const { native, names, pool } = this.#options;
    for (const podUid of [...this.#links.keys()].filter(uid => !live.has(uid))) await this.detach(podUid);
    const links = (await native.networkLinks(null)).filter(({ name }) => name.startsWith(names.prefix));
    const owned = new Map([...this.#links].map(([podUid, link]) => [link, podUid]));
    for (const { name } of links) {
      if (name.startsWith(`${names.prefix}s`)) continue;
      const podUid = owned.get(name);
      const podIp = podUid === undefined ? undefined : pool.addressOf(podUid);
      if (podIp === undefined)
        await this.#tolerate(native.networkApply([{ netns: null, kind: 'delete-link', link: name }]));
      else await this.#tolerate(native.networkApply(nodeSide(name, this.#bothOf(podIp))));
    }
  }

  async #attach(podUid: string, netnsPath: string): Promise<{ readonly podIps: readonly string[] }> {
    const { native, names, pool, leases, mtu } = this.#options;
    const netns = native.netnsOpen(netnsPath);
    try {
      const link = names.pod(podUid, fstatSync(netns).ino);
      const podIp = pool.lease(podUid);
      this.#links.set(podUid, link);
      const written = leases.write(podIp, { podUid, link });
      // Both are awaited, whichever fails first: nothing may still be running when a detach follows.
      const podIps = this.#bothOf(podIp);
      const made = this.#link(podVeth({ link, podIps, netns, mtu }), [
        ...podSide({ podIps, netns }),
        ...nodeSide(link, podIps),
      ]);
      await Promise.allSettled([written, made]);
      await Promise.all([written, made]);
      return { podIps };
    } catch (error) {
      await this.#detach(podUid);
      throw error;
    } finally {
      closeSync(netns);
    }
  }

  /** A link of this name exists only where this very pod and namespace were attached before. */
  async #link(veth: ReturnType<typeof podVeth>, rest: ReturnType<typeof nodeSide>): Promise<void> {
    try {
      await this.#options.native.networkApply([veth, ...rest]);
    } catch (error) {
      if (!failedWith(error, 'EEXIST')) throw error;
      await this.#options.native.networkApply(rest);
    }
  }

  async #detach(podUid: string): Promise<void> {
    const { native, pool, leases } = this.#options;
    const link = this.#links.get(podUid);
    const podIp = pool.addressOf(podUid);
    if (podIp === undefined) return;
    if (link !== undefined)
      for (const gone of podRoutesGone(link, this.#bothOf(podIp))) await this.#tolerate(native.networkApply([gone]));
    await leases.remove(podIp);
    this.#links.delete(podUid);
    pool.release(podUid);
  }

  #bothOf(podIp: string): readonly string[] {
    const twin = this.#options.twins?.address(podIp);
    return twin === undefined ? [podIp] : [podIp, twin];
  }

  /** The link or route may be gone with its namespace at any moment: that is what was wanted. */
  async #tolerate(change: Promise<void>): Promise<void> {
    try {
      await change;
    } catch (error) {
      if (!failedWith(error, 'ENODEV', 'ESRCH', 'ENETDOWN')) throw error;
      this.#options.log.debug('link was gone already', { error: String(error) });
    }
  }

  #inTurn<T>(podUid: string, run: () => Promise<T>): Promise<T> {
    const turn = (this.#turns.get(podUid) ?? Promise.resolve()).then(run, run);
    this.#turns.set(podUid, turn);
    const done = (): void => {
      if (this.#turns.get(podUid) === turn) this.#turns.delete(podUid);
    };
    turn.then(done, done);
    return turn;
  }
}

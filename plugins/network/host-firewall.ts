import type { ForwardDrop, NetworkNative } from '../../native/network.ts';
import { failedWith } from '../../src/base/failed-with.ts';
import { SharedTurns } from '../../src/base/shared-turns.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { LinkNames } from './link-name.ts';

export interface HostFirewallOptions {
  readonly native: NetworkNative;
  readonly log: Logger;
  readonly names: LinkNames;
  /** Of the addresses of pods. */
  readonly families: readonly (4 | 6)[];
}

/**
 * Pods are forwarded to, and a host with Docker or ufw drops what it forwards. As Docker does for its bridges and
 * flannel for its pods, two rules at the end of the host's FORWARD chain let the links of this node through; what an
 * administrator put before them (DOCKER-USER) goes first. Looked after whenever a pod comes: firewalls are reloaded.
 */
export class HostFirewall {
  readonly #options: HostFirewallOptions;
  readonly #turns = new SharedTurns(() => this.#putRules());
  #failed = false;

  constructor(options: HostFirewallOptions) {
    this.#options = options;
  }

  /** Never rejects: a kernel without nf_tables has no such chain either. */
  open(): Promise<void> {
    return this.#turns.take();
  }

  async #putRules(): Promise<void> {
    const { native, log, names, families } = this.#options;
    try {
      const rule = { netns: null, kind: 'accept-forward', owner: names.table, device: names.prefix } as const;
      await native.networkApply(families.map(family => ({ ...rule, family })));
    } catch (error) {
      if (this.#failed || failedWith(error, 'EOPNOTSUPP', 'EPROTONOSUPPORT')) return;
      this.#failed = true;
      log.warn('cannot let pods through the FORWARD chain of this host', { error: String(error) });
    }
  }

  /** Chains that are not iptables' are the administrator's own: they are told what to type. */
  async warnOfOthers(): Promise<void> {
    const { native, log, names, families } = this.#options;
    try {
      const all = await native.networkForwardDrops();
      for (const drop of all.filter(({ family }) => family !== 'ip6' || families.includes(6)))
        for (const command of remedies(drop, names.prefix))
          log.warn('this host drops what it forwards: pods will not reach each other until they are let through', {
            ...drop,
            command,
          });
    } catch (error) {
      log.debug('cannot look at the firewall of this host', { error: String(error) });
    }
  }
}

/** What lets the links of this node through a chain that is not looked after here. */
export function remedies({ family, table, chain }: ForwardDrop, prefix: string): readonly string[] {
  if (family === 'legacy') return ['-i', '-o'].map(side => `iptables-legacy -I FORWARD ${side} ${prefix}+ -j ACCEPT`);
  if ((family === 'ip' || family === 'ip6') && table === 'filter' && chain === 'FORWARD') return [];
  return ['iifname', 'oifname'].map(side => `nft insert rule ${family} ${table} ${chain} ${side} "${prefix}*" accept`);
}

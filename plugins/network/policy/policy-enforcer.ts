import type { NetworkNative } from '../../../native/network.ts';
import type { AddressRanges } from '../../../src/base/address-ranges.ts';
import { parseIpNumber, type IpNumber } from '../../../src/base/ip-number.ts';
import { must } from '../../../src/base/must.ts';
import { SharedTurns } from '../../../src/base/shared-turns.ts';
import { withinDeadline } from '../../../src/base/within-deadline.ts';
import type { Timers } from '../../../src/base/world.ts';
import type { Logger } from '../../../src/kernel/logger.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { ServiceEndpoint, TrafficPolicies } from '../contract.ts';
import { limits } from '../limits.ts';
import { clientsAdmitted, type PolicyNode } from './admitted-clients.ts';
import { planPolicies } from './plan-policies.ts';
import type { PolicyPlan } from './policy-plan.ts';
import { planTable, type Family, type PolicyTable } from './policy-table.ts';
import type { PolicyView } from './policy-view.ts';
import { tableChanges } from './table-changes.ts';
import { writeTable, type TableNames } from './write-table.ts';

export interface PolicyEnforcerOptions {
  readonly native: Pick<NetworkNative, 'nftTransact'>;
  readonly timers: Timers;
  readonly log: Logger;
  readonly view: PolicyView;
  readonly names: TableNames;
  /** Of the cluster's pods. */
  readonly families: readonly Family[];
  /** Whether this kernel has what the rules take; without it only what goes through services is judged. */
  readonly canEnforce: boolean;
  /** Those of the family that an address is of. */
  readonly ownAddresses: () => (family: IpNumber) => AddressRanges;
  /** Told of each failure; it is tried again until it succeeds. */
  onFailure(error: unknown): void;
}

/** Keeps the table of policies, and who may use services, as policies, pods, namespaces and nodes say. */
export class PolicyEnforcer implements TrafficPolicies, Disposable {
  readonly #options: PolicyEnforcerOptions;
  readonly #turns = new SharedTurns(() => this.#put());
  readonly #followers = new Set<() => void>();
  readonly #following: Disposable;
  /** An earlier daemon may have left one, which stays in force until policies are known. */
  readonly #inForce = new Map<Family, PolicyTable | 'unknown' | undefined>();
  #clientsOf: ReturnType<typeof clientsAdmitted> = () => NOBODY;
  #idle = false;
  #retry: Disposable | undefined;

  constructor(options: PolicyEnforcerOptions) {
    this.#options = options;
    for (const family of options.families) this.#inForce.set(family, 'unknown');
    this.#following = options.view.follow(() => this.#refresh());
  }

  async enforce(pod: Pod, podIps: readonly string[]): Promise<void> {
    this.#options.view.starting(pod, podIps);
    if (this.#idle && this.#options.view.isFree) return;
    const late = `NetworkPolicies are not in force after ${limits.enforceMs} ms`;
    await withinDeadline(this.#options.timers, limits.enforceMs, late, this.#turns.take());
  }

  clientsOf({ address, port, protocol }: ServiceEndpoint): AddressRanges | null {
    return this.#clientsOf({ address: must(parseIpNumber(address), 'of a slice of addresses'), port, protocol });
  }

  follow(changed: () => void): Disposable {
    this.#followers.add(changed);
    return { [Symbol.dispose]: () => void this.#followers.delete(changed) };
  }

  /** Rules stay, as pods do. */
  [Symbol.dispose](): void {
    this.#following[Symbol.dispose]();
    this.#retry?.[Symbol.dispose]();
  }

  #refresh(): void {
    if (this.#idle && this.#options.view.isFree) return;
    this.#turns.take().catch((error: unknown) => {
      this.#options.log.warn('network policies are not in force; trying again', { error: String(error) });
      this.#options.onFailure(error);
      this.#retry?.[Symbol.dispose]();
      this.#retry = this.#options.timers.after(limits.enforceRetryMs, () => this.#refresh());
    });
  }

  async #put(): Promise<void> {
    const { view, ownAddresses, families } = this.#options;
    await view.known();
    const { inputs, here, proxies } = view.read();
    const plan = planPolicies(inputs);
    for (const family of families) await this.#putTable(family, planTable(family, plan, here, proxies));
    this.#judge(plan, { own: ownAddresses(), pods: here });
    const isBare = [...this.#inForce.values()].every(table => table === undefined);
    this.#idle = isBare && inputs.policies.length === 0;
  }

  async #putTable(family: Family, wanted: PolicyTable | undefined): Promise<void> {
    const { native, names, canEnforce } = this.#options;
    if (!canEnforce) {
      this.#inForce.set(family, undefined);
      return;
    }
    const changes = tableChanges(this.#inForce.get(family), wanted);
    if (changes.length > 0) {
      this.#inForce.set(family, 'unknown');
      await native.nftTransact(null, writeTable(family, changes, names));
    }
    this.#inForce.set(family, wanted);
  }

  #judge(plan: PolicyPlan, node: PolicyNode): void {
    this.#clientsOf = clientsAdmitted(plan, node);
    for (const changed of this.#followers) changed();
  }
}

const NOBODY: AddressRanges = [];

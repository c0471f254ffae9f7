import type { Backends, NetworkNative, ServicePump } from '../../native/network.ts';
import { rangeOfCidr, unitedRanges, type AddressRanges } from '../../src/base/address-ranges.ts';
import { isDeepEqual } from '../../src/base/deep-equal.ts';
import { must } from '../../src/base/must.ts';
import { parseIpNumber, wordsOf } from '../../src/base/ip-number.ts';
import type { Timers } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { TrafficPolicies } from '../network/contract.ts';
import { ipFamilyOf } from './ip-family.ts';
import { backendsKey, listenerKey, type WantedListener } from './listener.ts';
import { limits } from './limits.ts';

export interface ListenersOptions {
  readonly pump: ServicePump;
  readonly serviceNetns: number;
  readonly timers: Timers;
  readonly log: Logger;
  readonly policies: Pick<TrafficPolicies, 'clientsOf'>;
  /** Told each time that a port somebody asked for could not be had; it is tried again until it can. */
  onRefused(owner: string, listener: WantedListener, error: unknown): void;
  /** Told for every address in the service netns when its first listener comes and when its last one goes. */
  onServiceAddress(address: string, used: boolean): void;
}

/** What the pump does, held to what owners (a service, a pod) want; each call costs what it changes. */
export class Listeners {
  readonly #options: ListenersOptions;
  readonly #open = new Map<string, Open>();
  readonly #byOwner = new Map<string, ReadonlySet<string>>();
  readonly #addressUses = new Map<string, number>();

  constructor(options: ListenersOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Everything `owner` wants from now on. */
  put(owner: string, wanted: readonly WantedListener[]): void {
    const before = this.#byOwner.get(owner) ?? new Set();
    const after = new Set<string>();
    const unique = new Map(wanted.map(listener => [listenerKey(listener), listener]));
    // Closing comes first: what one port gives up another of the same owner may take.
    for (const key of before) if (!unique.has(key)) this.#close(key, owner);
    for (const [key, listener] of unique) if (this.#putOne(key, owner, listener)) after.add(key);
    if (after.size === 0) this.#byOwner.delete(owner);
    else this.#byOwner.set(owner, after);
  }

  /** After policies changed: who may be connected with whom is asked anew. */
  rejudge(): void {
    for (const open of this.#open.values()) {
      const admitted = this.#admitted(open.listener);
      if (open.id === undefined || isDeepEqual(admitted, open.admitted)) continue;
      open.admitted = admitted;
      this.#options.pump.put(open.id, backendsOf(open.listener, admitted));
    }
  }

  /** Nobody is at `address` any more: who still waits for an answer from there is told. */
  endConnectionsTo(address: string): void {
    this.#options.pump.endAllTo(address);
  }

  close(): void {
    for (const { retry } of this.#open.values()) retry?.[Symbol.dispose]();
  }

  #putOne(key: string, owner: string, listener: WantedListener): boolean {
    const open = this.#open.get(key);
    if (open === undefined) {
      const made: Open = {
        owner,
        listener,
        admitted: [],
        id: undefined,
        retry: undefined,
        retryMs: limits.firstRetryMs,
      };
      this.#open.set(key, made);
      this.#count(listener, 1);
      this.#listen(made);
      return true;
    }
    if (open.owner !== owner) {
      this.#options.log.warn('two objects want the same address and port; the first keeps it', {
        listener: key,
        owner: open.owner,
        other: owner,
      });
      return false;
    }
    const changed = backendsKey(open.listener) !== backendsKey(listener);
    open.listener = listener;
    if (changed && open.id !== undefined) {
      open.admitted = this.#admitted(listener);
      this.#options.pump.put(open.id, backendsOf(listener, open.admitted));
    }
    return true;
  }

  #listen(open: Open): void {
    const { protocol, address, port, scope } = open.listener;
    const netns = scope === 'service' ? this.#options.serviceNetns : null;
    try {
      open.admitted = this.#admitted(open.listener);
      open.id = this.#options.pump.listen({ protocol, address, port, netns }, backendsOf(open.listener, open.admitted));
    } catch (error) {
      const retryMs = open.retryMs;
      this.#options.log.warn('cannot listen for a service; trying again', {
        listener: listenerKey(open.listener),
        owner: open.owner,
        retryMs,
        error: String(error),
      });
      this.#options.onRefused(open.owner, open.listener, error);
      open.retryMs = Math.min(retryMs * 2, limits.lastRetryMs);
      open.retry = this.#options.timers.after(retryMs, () => this.#listen(open));
    }
  }

  #close(key: string, owner: string): void {
    const open = this.#open.get(key);
    if (open?.owner !== owner) return;
    open.retry?.[Symbol.dispose]();
    if (open.id !== undefined) this.#options.pump.close(open.id);
    this.#open.delete(key);
    this.#count(open.listener, -1);
  }

  #admitted({ endpoints, protocol }: WantedListener): Admitted {
    const { policies } = this.#options;
    return endpoints.map(({ address, port }) => policies.clientsOf({ address, port, protocol }));
  }

  #count({ scope, address }: WantedListener, change: 1 | -1): void {
    if (scope !== 'service') return;
    const uses = (this.#addressUses.get(address) ?? 0) + change;
    if (uses === 0) this.#addressUses.delete(address);
    else this.#addressUses.set(address, uses);
    if (uses === 0 || (uses === 1 && change === 1)) this.#options.onServiceAddress(address, uses === 1);
  }
}

/** To each endpoint. */
type Admitted = readonly (AddressRanges | null)[];

interface Open {
  readonly owner: string;
  listener: WantedListener;
  admitted: Admitted;
  id: number | undefined;
  retry: Disposable | undefined;
  retryMs: number;
}

const numbersOf = (ranges: AddressRanges): Uint32Array =>
  Uint32Array.from(ranges.flatMap(({ first, last }) => [...wordsOf(first), ...wordsOf(last)]));

const numbersAt = (address: string): readonly number[] =>
  wordsOf(must(parseIpNumber(address), `${address} was validated as an address`));

function backendsOf(listener: WantedListener, admitted: Admitted): Backends {
  const { endpoints, affinitySeconds, allowedSources } = listener;
  const limited = admitted.filter(ranges => ranges !== null);
  return {
    family: ipFamilyOf(listener.address) === 'IPv6' ? 6 : 4,
    admitted: limited.length === 0 ? [] : admitted.map(ranges => (ranges === null ? null : numbersOf(ranges))),
    answered: limited.length < admitted.length ? null : numbersOf(unitedRanges(limited.flat())),
    endpoints: Uint32Array.from(endpoints.flatMap(({ address, port }) => [...numbersAt(address), port])),
    affinitySeconds,
    allowedSources: numbersOf(allowedSources.map(rangeOfCidr)),
  };
}

/** The pump with limits that this process's descriptors allow. */
export function startPump(
  native: NetworkNative,
  options: { readonly netns: number; readonly threads: number; readonly descriptors: number },
): ServicePump {
  const { netns, threads, descriptors } = options;
  const connections = Math.floor((descriptors - limits.reservedDescriptors - limits.udpFlows) / 2);
  return new native.ServicePump({
    netns,
    threads,
    connections: Math.max(256, Math.min(limits.connections, connections)),
    flows: limits.udpFlows,
    affinityEntries: limits.affinityEntries,
  });
}

import { parseQuantity } from '../../../src/base/quantity.ts';
import type { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import type { AllocationResult } from '../../kinds/resource/v1/resource-claim-status.ts';
import type { Amounts } from './device-capacity.ts';
import { deviceId } from './device-id.ts';

/** Devices that claims have already. */
export interface AllocatedDevices {
  /** Whether a claim has it for itself. */
  has(id: string): boolean;
  /** What claims take of a device that several may have; undefined where none has it. */
  consumed(id: string): Amounts | undefined;
}

/**
 * Who has which devices: as the claims tell it, and what was decided but is not told by them yet. Each claim counts
 * once.
 */
export class DeviceLedger implements AllocatedDevices {
  readonly #told = new Map<string, AllocationResult>();
  readonly #decided = new Map<string, AllocationResult>();
  readonly #owners = new Map<string, Set<string>>();
  /** Device -> claim -> what it takes. */
  readonly #shares = new Map<string, Map<string, Amounts>>();

  has(id: string): boolean {
    return this.#owners.has(id);
  }

  consumed(id: string): Amounts | undefined {
    const shares = this.#shares.get(id);
    if (shares === undefined) return undefined;
    const sums = new Map<string, bigint>();
    for (const amounts of shares.values()) addTo(sums, amounts);
    return sums;
  }

  /** A claim came or changed. */
  seen({ metadata: { uid }, status: { allocation } }: ResourceClaim): void {
    if (allocation === undefined) this.#change(uid, () => this.#told.delete(uid));
    else
      this.#change(uid, () => {
        this.#told.set(uid, allocation);
        this.#decided.delete(uid);
      });
  }

  gone({ metadata: { uid } }: ResourceClaim): void {
    this.#change(uid, () => {
      this.#told.delete(uid);
      this.#decided.delete(uid);
    });
  }

  /** What a claim is to be given, from now on. */
  decide(uid: string, allocation: AllocationResult): void {
    this.#change(uid, () => this.#decided.set(uid, allocation));
  }

  decided(uid: string): AllocationResult | undefined {
    return this.#decided.get(uid);
  }

  /** It was written, or will not be. */
  settle(uid: string): void {
    this.#change(uid, () => this.#decided.delete(uid));
  }

  #change(uid: string, change: () => unknown): void {
    const before = this.#decided.get(uid) ?? this.#told.get(uid);
    change();
    const after = this.#decided.get(uid) ?? this.#told.get(uid);
    if (before === after) return;
    if (before !== undefined) this.#remove(uid, before);
    if (after !== undefined) this.#add(uid, after);
  }

  #add(uid: string, { devices: { results = [] } }: AllocationResult): void {
    for (const { driver, pool, device, adminAccess, shareID, consumedCapacity = {} } of results) {
      // Who only looks after a device takes it from nobody.
      if (adminAccess === true) continue;
      const id = deviceId(driver, pool, device);
      if (shareID === undefined) {
        this.#owners.set(id, (this.#owners.get(id) ?? new Set()).add(uid));
        continue;
      }
      const shares = this.#shares.get(id) ?? new Map<string, Amounts>();
      const own = new Map(shares.get(uid));
      addTo(own, new Map(Object.entries(consumedCapacity).map(([name, amount]) => [name, parseQuantity(amount).nano])));
      this.#shares.set(id, shares.set(uid, own));
    }
  }

  #remove(uid: string, { devices: { results = [] } }: AllocationResult): void {
    for (const { driver, pool, device } of results) {
      const id = deviceId(driver, pool, device);
      for (const holders of [this.#owners, this.#shares]) {
        const of = holders.get(id);
        of?.delete(uid);
        if (of?.size === 0) holders.delete(id);
      }
    }
  }
}

function addTo(sums: Map<string, bigint>, amounts: Amounts): void {
  for (const [name, amount] of amounts) sums.set(name, (sums.get(name) ?? 0n) + amount);
}

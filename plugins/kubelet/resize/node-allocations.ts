import type { QosClass } from '../../kinds/core/v1/qos-class.ts';
import { milliUnits, parseQuantity, wholeUnits } from '../../../src/base/quantity.ts';
import { notEnough } from '../admission/not-enough.ts';
import type { Allocatable } from '../container/resource-field.ts';
import type { Taken } from './allocation.ts';

/** A pod that waits until it may grow. */
export interface PendingResize {
  readonly isGrowing: boolean;
  readonly priority: number;
  readonly qosClass: QosClass;
  readonly sinceMs: number;
  retry(): void;
}

/** What the pods of this node take of it, and who waits for more. */
export class NodeAllocations {
  readonly #capacity: Taken;
  readonly #taken = new Map<string, Taken>();
  readonly #pending = new Map<string, PendingResize>();
  #isRetrying = false;

  constructor(capacity: Taken) {
    this.#capacity = capacity;
  }

  /** Notes what a pod takes; what it lets go of others may have at once. */
  take(podUid: string, taken: Taken): void {
    const before = this.#taken.get(podUid);
    this.#taken.set(podUid, taken);
    if (before === undefined) return;
    if (taken.milliCpu < before.milliCpu || taken.memoryBytes < before.memoryBytes) this.#retry();
  }

  release(podUid: string): void {
    this.#pending.delete(podUid);
    if (this.#taken.delete(podUid)) this.#retry();
  }

  /** Why a pod cannot take that much, beside what others take; `undefined` if it can. */
  shortage(podUid: string, wanted: Taken): string | undefined {
    const used = { milliCpu: 0, memoryBytes: 0 };
    for (const [uid, { milliCpu, memoryBytes }] of this.#taken) {
      if (uid === podUid) continue;
      used.milliCpu += milliCpu;
      used.memoryBytes += memoryBytes;
    }
    for (const [resource, name] of RESOURCES) {
      const free = this.#capacity[name] - used[name];
      if (wanted[name] === 0 || wanted[name] <= free) continue;
      return notEnough(resource, wanted[name], used[name], this.#capacity[name]);
    }
    return undefined;
  }

  wait(podUid: string, pending: PendingResize): void {
    this.#pending.set(podUid, pending);
  }
  settle(podUid: string): void {
    this.#pending.delete(podUid);
  }

  #retry(): void {
    if (this.#isRetrying) return;
    this.#isRetrying = true;
    for (const pending of [...this.#pending.values()].sort(inTurn)) pending.retry();
    this.#isRetrying = false;
  }
}

/** What a node has to give to pods. */
export const capacityOf = ({ cpu = '0', memory = '0' }: Allocatable): Taken => ({
  milliCpu: milliUnits(parseQuantity(cpu)),
  memoryBytes: wholeUnits(parseQuantity(memory)),
});

const RESOURCES = [
  ['cpu', 'milliCpu'],
  ['memory', 'memoryBytes'],
] as const;

/** Who takes no more goes first, then priority, class, and who has waited longest. */
export const inTurn = (a: PendingResize, b: PendingResize): number =>
  Number(a.isGrowing) - Number(b.isGrowing) ||
  b.priority - a.priority ||
  Number(b.qosClass === 'Guaranteed') - Number(a.qosClass === 'Guaranteed') ||
  a.sinceMs - b.sinceMs;

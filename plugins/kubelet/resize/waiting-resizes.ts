import type { QosClass } from '../../kinds/core/v1/qos-class.ts';

/** A pod that waits until it may grow. */
export interface PendingResize {
  readonly isGrowing: boolean;
  readonly priority: number;
  readonly qosClass: QosClass;
  readonly sinceMs: number;
  retry(): void;
}

/** Pods of a node that wait for more of it, asked again when others take less. */
export class WaitingResizes {
  readonly #pending = new Map<string, PendingResize>();
  #isRetrying = false;

  wait(podUid: string, pending: PendingResize): void {
    this.#pending.set(podUid, pending);
  }
  settle(podUid: string): void {
    this.#pending.delete(podUid);
  }

  retry(): void {
    if (this.#isRetrying) return;
    this.#isRetrying = true;
    for (const pending of [...this.#pending.values()].sort(inTurn)) pending.retry();
    this.#isRetrying = false;
  }
}

/** Who takes no more goes first, then priority, class, and who has waited longest. */
export const inTurn = (a: PendingResize, b: PendingResize): number =>
  Number(a.isGrowing) - Number(b.isGrowing) ||
  b.priority - a.priority ||
  Number(b.qosClass === 'Guaranteed') - Number(a.qosClass === 'Guaranteed') ||
  a.sinceMs - b.sinceMs;

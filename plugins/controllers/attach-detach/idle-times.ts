import type { Clock } from '../../../src/base/world.ts';

/** Since when attachments that wait for their nodes are not needed, by this process's own steady clock. */
export class IdleTimes {
  readonly #clock: Clock;
  readonly #nodes = new Map<string, Map<string, number>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  ofMs(node: string, attachment: string): number {
    const nowMs = this.#clock.monotonicMs();
    return nowMs - (this.#nodes.get(node)?.get(attachment) ?? nowMs);
  }

  /** These of the node go on waiting, and no others. */
  keep(node: string, attachments: readonly string[]): void {
    const before = this.#nodes.get(node);
    const nowMs = this.#clock.monotonicMs();
    if (attachments.length === 0) this.#nodes.delete(node);
    else this.#nodes.set(node, new Map(attachments.map(name => [name, before?.get(name) ?? nowMs])));
  }
}

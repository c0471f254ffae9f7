import type { AuditEvent } from '../event.ts';
import type { AuditSink } from '../sinks/sink.ts';

/** Keeps what it is given; each call comes to its end when the test lets it. */
export class HeldSink implements AuditSink {
  readonly batches: (readonly AuditEvent[])[] = [];
  readonly #held: (() => void)[] = [];
  isClosed = false;

  async process(events: readonly AuditEvent[]): Promise<boolean> {
    this.batches.push(events);
    await new Promise<void>(resolve => void this.#held.push(resolve));
    return true;
  }

  letGo(): void {
    for (const resolve of this.#held.splice(0)) resolve();
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

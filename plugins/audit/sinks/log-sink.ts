import type { AuditCounts } from '../audit-counts.ts';
import { encodeEvent, eventText, type AuditEvent } from '../event.ts';
import type { Line, LogOutput } from './log-output.ts';
import type { AuditSink } from './sink.ts';

export type LogFormat = 'json' | 'legacy';

interface Waiting {
  readonly event: AuditEvent;
  resolve(isWritten: boolean): void;
}

/** One line an event. What comes while lines are being written is written together afterwards. */
export class LogSink implements AuditSink {
  readonly #output: LogOutput;
  readonly #lineOf: (event: AuditEvent) => Line;
  readonly #counts: AuditCounts;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  constructor(output: LogOutput, format: LogFormat, counts: AuditCounts) {
    this.#output = output;
    this.#lineOf = format === 'json' ? jsonLine : textLine;
    this.#counts = counts;
  }

  async process(events: readonly AuditEvent[]): Promise<boolean> {
    const outcomes = events.map(event => new Promise<boolean>(resolve => void this.#waiting.push({ event, resolve })));
    this.#writing ??= this.#writeAll();
    return (await Promise.all(outcomes)).every(Boolean);
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#output.close();
  }

  async #writeAll(): Promise<void> {
    // What others ask for in this turn goes out with the first.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#write(batch);
    }
    this.#writing = undefined;
  }

  /** A line that cannot be written is lost alone: the next one may fit. */
  async #write(batch: readonly Waiting[]): Promise<void> {
    const lines = batch.map(({ event }) => this.#lineOf(event));
    for (let from = 0; from < batch.length; ) {
      const { written, error } = await this.#output.append(lines.slice(from));
      for (const waiting of batch.slice(from, from + written)) waiting.resolve(true);
      from += written;
      const lost = batch[from];
      if (lost === undefined) return;
      this.#counts.lost('log', error, [lost.event]);
      lost.resolve(false);
      from += 1;
    }
  }
}

const END = Buffer.from('\n');
const jsonLine = (event: AuditEvent): Line => [...encodeEvent(event), END];
const textLine = (event: AuditEvent): Line => [Buffer.from(`${eventText(event)}\n`)];

import type { AuditCounts } from '../audit-counts.ts';
import { encodeEvent, isAtLeast, lengthOf, type AuditEvent } from '../event.ts';
import type { AuditSink } from './sink.ts';

export interface Truncation {
  readonly maxEventBytes: number;
  readonly maxBatchBytes: number;
}

/** Takes the objects out of events that are too large, and cuts batches that are. */
export class TruncatingSink implements AuditSink {
  readonly #to: AuditSink;
  readonly #limits: Truncation;
  readonly #counts: AuditCounts;

  constructor(to: AuditSink, limits: Truncation, counts: AuditCounts) {
    this.#to = to;
    this.#limits = limits;
    this.#counts = counts;
  }

  async process(events: readonly AuditEvent[]): Promise<boolean> {
    const { batches, tooLarge } = cut(events, this.#limits);
    if (tooLarge.length > 0) {
      this.#counts.lost('truncate', new Error('event is too large even after truncating'), tooLarge);
    }
    const outcomes: boolean[] = [];
    for (const batch of batches) outcomes.push(await this.#to.process(batch));
    return outcomes.every(Boolean);
  }

  close(): Promise<void> {
    return this.#to.close();
  }
}

/** Pure. */
export function cut(
  events: readonly AuditEvent[],
  { maxEventBytes, maxBatchBytes }: Truncation,
): { readonly batches: readonly (readonly AuditEvent[])[]; readonly tooLarge: readonly AuditEvent[] } {
  const batches: AuditEvent[][] = [];
  const tooLarge: AuditEvent[] = [];
  let batchBytes = Number.POSITIVE_INFINITY;
  for (const whole of events) {
    const isCut = sizeOf(whole) > maxEventBytes && isAtLeast(whole.level, 'Request');
    const event = isCut ? withoutObjects(whole) : whole;
    const size = sizeOf(event);
    if (size > maxEventBytes) {
      tooLarge.push(event);
      continue;
    }
    if (batchBytes + size > maxBatchBytes) {
      batches.push([]);
      batchBytes = 0;
    }
    batchBytes += size;
    batches.at(-1)?.push(event);
  }
  return { batches, tooLarge };
}

const sizeOf = (event: AuditEvent): number => lengthOf(encodeEvent(event)) + LINE_END;
const LINE_END = 1;

const withoutObjects = (event: AuditEvent): AuditEvent => ({
  ...event,
  requestObject: undefined,
  responseObject: undefined,
  annotations: new Map([...event.annotations, ['audit.k8s.io/truncated', 'true']]),
});

import type { Metric } from '../../src/base/metric.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import { eventText, LEVELS, type AuditEvent, type Level } from './event.ts';

/** Who may lose events, as the metric names them. */
export type SinkName = 'log' | 'webhook' | 'buffered' | 'truncate';

/** Events of one loss that are told one by one. */
const TOLD_EVENTS = 10;

/** Counts what upstream counts, under its names. */
export class AuditCounts {
  readonly #log: Logger;
  readonly #levels = new Map<Level, number>();
  readonly #errors = new Map<SinkName, number>();
  #events = 0;
  #rejected = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  level(level: Level): void {
    this.#levels.set(level, (this.#levels.get(level) ?? 0) + 1);
  }

  event(): void {
    this.#events += 1;
  }

  rejected(): void {
    this.#rejected += 1;
  }

  /** Events that are not on record as they should be; the first of them are told in the server's log. */
  lost(sink: SinkName, error: unknown, events: readonly AuditEvent[]): void {
    this.#errors.set(sink, (this.#errors.get(sink) ?? 0) + events.length);
    const impacted = events.slice(0, TOLD_EVENTS).map(eventText);
    this.#log.error('audit events were lost', { sink, count: events.length, error, impacted });
  }

  metrics(): readonly Metric[] {
    const errors = [...this.#errors].map(([plugin, value]) => ({ labels: { plugin }, value }));
    const levels = LEVELS.flatMap(level => {
      const value = this.#levels.get(level);
      return value === undefined ? [] : [{ labels: { level }, value }];
    });
    return [
      counter('event_total', 'Audit events generated and sent to the audit backend.', [one(this.#events)]),
      counter('error_total', 'Audit events that failed to be audited properly, by whom.', errors),
      counter('level_total', 'Policy levels of requests.', levels),
      counter('requests_rejected_total', 'Requests refused as they could not be put on record.', [one(this.#rejected)]),
    ];
  }
}

type Samples = Metric['samples'];

const one = (value: number): Samples[number] => ({ labels: {}, value });

const counter = (name: string, help: string, samples: Samples): Metric => ({
  name: `apiserver_audit_${name}`,
  help,
  type: 'counter',
  samples,
});

import type { AuditEvent } from '../event.ts';

/** Where events go. */
export interface AuditSink {
  /**
   * Resolves when who caused the events may go on, with whether they are on record as far as that matters. Never
   * rejects: what fails is counted and told in the server's own log.
   */
  process(events: readonly AuditEvent[]): Promise<boolean>;
  /** Delivers what is still here and ends. */
  close(): Promise<void>;
}

/** All of them, one after the other. */
export function union(sinks: readonly AuditSink[]): AuditSink {
  const [only] = sinks;
  if (only !== undefined && sinks.length === 1) return only;
  return {
    async process(events) {
      const outcomes = await Promise.all(sinks.map(sink => sink.process(events)));
      return outcomes.every(Boolean);
    },
    async close() {
      await Promise.all(sinks.map(sink => sink.close()));
    },
  };
}

/** What fails does not concern who caused the events. */
export const withoutOutcome = (sink: AuditSink): AuditSink => ({
  async process(events) {
    await sink.process(events);
    return true;
  },
  close: () => sink.close(),
});

import { timeOf } from '../../src/base/timestamp.ts';
import type { World } from '../../src/base/world.ts';
import type { Client } from '../../src/api/client.ts';
import type { AnyObject } from '../../src/api/object-meta.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import type { EventRecorder, EventSource, ObjectReference } from '../../src/sdk/events.ts';
import { Event } from '../kinds/core/v1/event.ts';
import { Correlator, type Correlated, type Report } from './correlator.ts';
import { QUEUE, TOGETHER, WRITE_DELAY_MS } from './limits.ts';

/**
 * Writes what it is told a moment later and together: what the events are about comes first, and many share one
 * sync of the disk. Those of one series are written one after the other, so that their counts never race.
 */
export class Recorder implements EventRecorder {
  readonly #client: Client;
  readonly #source: EventSource;
  readonly #world: World;
  readonly #log: Logger;
  readonly #correlator: Correlator;
  readonly #queue: Report[] = [];
  #isDue = false;
  #dropped = 0;
  #sequence = 0;

  constructor(client: Client, source: EventSource, world: World, log: Logger) {
    this.#client = client;
    this.#source = source;
    this.#world = world;
    this.#log = log;
    this.#correlator = new Correlator(source);
  }

  event(about: AnyObject | ObjectReference, type: 'Normal' | 'Warning', reason: string, message: string): void {
    if (this.#queue.length >= QUEUE) {
      this.#dropped += 1;
      if (this.#dropped === 1) this.#log.warn('events are dropped', { component: this.#source.component });
      return;
    }
    const { clock } = this.#world;
    const [atMs, monotonicMs] = [clock.now(), clock.monotonicMs()];
    this.#queue.push({ about: referenceOf(about), type, reason, message, atMs, monotonicMs });
    this.#drainLater();
  }

  async #drain(): Promise<void> {
    do {
      const lines = new Map<string, Report[]>();
      for (const report of this.#queue.splice(0, TOGETHER)) {
        const line = lineOf(report);
        lines.set(line, [...(lines.get(line) ?? []), report]);
      }
      await Promise.all([...lines.values()].map(reports => this.#tell(reports)));
    } while (this.#queue.length >= TOGETHER);
    this.#isDue = false;
    if (this.#queue.length > 0) this.#drainLater();
  }

  #drainLater(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#world.timers.after(WRITE_DELAY_MS, () => void this.#drain());
  }

  async #tell(reports: readonly Report[]): Promise<void> {
    for (const report of reports) {
      try {
        const correlated = this.#correlator.correlate(report);
        if (correlated !== undefined) await this.#write(report, correlated);
      } catch (error) {
        // An event is a courtesy: one that cannot be written must not hold up the others.
        this.#log.debug('event not written', { reason: report.reason, about: report.about.name, error });
      }
    }
  }

  async #write(report: Report, correlated: Correlated): Promise<void> {
    const { series, known, count, message } = correlated;
    const namespace = report.about.namespace ?? 'default';
    if (known !== undefined) {
      const body = { count, message, lastTimestamp: timeOf(report.atMs) };
      try {
        await this.#client.patch(Event, { name: known.name, namespace }, { type: 'merge', body });
        this.#correlator.remember(series, { ...known, count });
        return;
      } catch (error) {
        if (!isStatusError(error, 'NotFound')) throw error;
      }
    }
    const name = this.#nameFor(report);
    await this.#client.create(Event, {
      metadata: { name, namespace },
      involvedObject: report.about,
      reason: report.reason,
      message,
      type: report.type,
      source: this.#source,
      firstTimestamp: timeOf(known?.firstMs ?? report.atMs),
      lastTimestamp: timeOf(report.atMs),
      count,
      reportingComponent: this.#source.component,
      reportingInstance: this.#source.host ?? '',
    });
    this.#correlator.remember(series, { name, firstMs: known?.firstMs ?? report.atMs, count });
  }

  /** Unique as upstream's names are: the object and the time in nanoseconds, in hexadecimal. */
  #nameFor({ about, atMs }: Report): string {
    this.#sequence = (this.#sequence + 1) % 1_000_000;
    const nanoseconds = BigInt(Math.floor(atMs)) * 1_000_000n + BigInt(this.#sequence);
    return `${about.name}.${nanoseconds.toString(16)}`;
  }
}

/** Reports that may be of one series have one line. */
const lineOf = ({ about, type, reason }: Report): string =>
  [about.kind, about.namespace, about.name, about.uid, about.fieldPath, type, reason].join('\n');

function referenceOf(about: AnyObject | ObjectReference): ObjectReference {
  if (!('metadata' in about)) return about;
  const { apiVersion, kind, metadata } = about;
  const { name, namespace, uid, resourceVersion } = metadata;
  return { apiVersion, kind, name, uid, resourceVersion, ...(namespace === undefined ? {} : { namespace }) };
}

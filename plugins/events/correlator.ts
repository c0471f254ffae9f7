import { LruMap } from '../../src/base/lru-map.ts';
import type { EventSource, ObjectReference } from '../../src/sdk/events.ts';
import { BURST, REFILL_MS, REMEMBERED, SIMILAR_INTERVAL_MS, SIMILAR_MESSAGES } from './limits.ts';

export interface Report {
  readonly about: ObjectReference;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** By the wall clock, which may be set meanwhile: for who reads it. */
  readonly atMs: number;
  /** By the monotonic clock. */
  readonly monotonicMs: number;
}

/** What to write: the first of a series, or its next count. */
export interface Correlated {
  /** Names the series; `remember` files the object written for it. */
  readonly series: string;
  readonly message: string;
  readonly count: number;
  /** The object of this series written before. */
  readonly known: Known | undefined;
}
export interface Known {
  readonly name: string;
  readonly firstMs: number;
  readonly count: number;
}

/**
 * Keeps repetition out of the store, as client-go's EventCorrelator does: equal events are counted in one
 * object, many that differ in their message only become one series, and no object may cause a flood.
 */
export class Correlator {
  readonly #source: string;
  readonly #known = new LruMap<string, Known>(REMEMBERED);
  readonly #similar = new LruMap<string, { readonly sinceMs: number; readonly messages: Set<string> }>(REMEMBERED);
  readonly #buckets = new LruMap<string, { readonly tokens: number; readonly atMs: number }>(REMEMBERED);

  constructor({ component, host = '' }: EventSource) {
    this.#source = `${component}/${host}`;
  }

  /** `undefined` when the event must be dropped. */
  correlate(report: Report): Correlated | undefined {
    const { about, type, reason, message, monotonicMs } = report;
    const { kind, namespace = '', name, uid, apiVersion, fieldPath = '' } = about;
    const object = [this.#source, kind, namespace, name, uid, apiVersion].join('\n');
    if (!this.#mayTell(object, monotonicMs)) return undefined;
    const group = [object, fieldPath, type, reason].join('\n');
    const isCombined = this.#isOneOfMany(group, message, monotonicMs);
    const series = isCombined ? group : `${group}\n${message}`;
    const known = this.#known.get(series);
    return {
      series,
      message: isCombined ? `(combined from similar events): ${message}` : message,
      count: (known?.count ?? 0) + 1,
      known,
    };
  }

  remember(series: string, known: Known): void {
    this.#known.set(series, known);
  }

  forget(series: string): void {
    this.#known.delete(series);
  }

  #mayTell(object: string, atMs: number): boolean {
    const bucket = this.#buckets.get(object) ?? { tokens: BURST, atMs };
    const tokens = Math.min(BURST, bucket.tokens + (atMs - bucket.atMs) / REFILL_MS);
    const isAllowed = tokens >= 1;
    this.#buckets.set(object, { tokens: isAllowed ? tokens - 1 : tokens, atMs });
    return isAllowed;
  }

  #isOneOfMany(group: string, message: string, atMs: number): boolean {
    let record = this.#similar.get(group);
    if (record === undefined || atMs - record.sinceMs > SIMILAR_INTERVAL_MS) {
      record = { sinceMs: atMs, messages: new Set() };
    }
    record.messages.add(message);
    this.#similar.set(group, record);
    return record.messages.size >= SIMILAR_MESSAGES;
  }
}

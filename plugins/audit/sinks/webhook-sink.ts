import type { Agent } from 'undici';
import { dialProblem } from '../../../src/base/dial-problem.ts';
import type { World } from '../../../src/base/world.ts';
import type { AuditCounts } from '../audit-counts.ts';
import { API_VERSION, encodeEvent, type AuditEvent } from '../event.ts';
import {
  WEBHOOK_ANSWER_BYTES,
  WEBHOOK_ATTEMPTS,
  WEBHOOK_BACKOFF_FACTOR,
  WEBHOOK_BACKOFF_JITTER,
  WEBHOOK_MS,
} from '../limits.ts';
import type { AuditSink } from './sink.ts';
import type { WebhookTarget } from './webhook-config.ts';

export interface WebhookParts {
  readonly world: Pick<World, 'timers' | 'random'>;
  readonly target: WebhookTarget;
  readonly initialBackoffMs: number;
  readonly userAgent: string;
  readonly counts: AuditCounts;
}

/** Posts lists of events. Whatever goes wrong is tried again a few times, for events must not be lost over a restart. */
export class WebhookSink implements AuditSink {
  readonly #parts: WebhookParts;
  readonly #over = new AbortController();
  #agent: Agent | undefined;

  constructor(parts: WebhookParts) {
    this.#parts = parts;
  }

  async process(events: readonly AuditEvent[]): Promise<boolean> {
    const { world, initialBackoffMs, counts } = this.#parts;
    const body = listOf(events);
    let backoffMs = initialBackoffMs;
    for (let attempt = 1; ; attempt++) {
      const problem = await this.#post(body);
      if (problem === undefined) return true;
      if (attempt === WEBHOOK_ATTEMPTS || this.#over.signal.aborted) {
        counts.lost('webhook', new Error(problem), events);
        return false;
      }
      const waitMs = backoffMs * (1 + world.random.fraction() * WEBHOOK_BACKOFF_JITTER);
      backoffMs *= WEBHOOK_BACKOFF_FACTOR;
      // A server that stops tries the last time at once.
      await world.timers.sleep(waitMs, this.#over.signal).catch(() => undefined);
    }
  }

  /** Nothing is under way any more. */
  async close(): Promise<void> {
    await this.#agent?.destroy();
  }

  /** What waits to be tried again is tried once more, now. */
  hurry(): void {
    this.#over.abort();
  }

  /** What went wrong, if anything did. */
  async #post(body: Buffer): Promise<string | undefined> {
    const { world, target, userAgent } = this.#parts;
    const { url, tls } = target;
    const late = new AbortController();
    using _deadline = world.timers.after(WEBHOOK_MS, () => late.abort());
    try {
      this.#agent ??= new (await import('undici')).Agent({ connect: tls, headersTimeout: 0, bodyTimeout: 0 });
      const authorization = await target.authorization();
      const answer = await this.#agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: 'POST',
        headers: {
          accept: 'application/json, */*',
          'content-type': 'application/json',
          'user-agent': userAgent,
          ...(authorization === undefined ? {} : { authorization }),
        },
        body,
        signal: late.signal,
      });
      await answer.body.dump({ limit: WEBHOOK_ANSWER_BYTES });
      const { statusCode } = answer;
      return statusCode >= 200 && statusCode <= 206 ? undefined : `the server answered ${statusCode}`;
    } catch (error) {
      return late.signal.aborted ? 'context deadline exceeded' : dialProblem(error, url.host, url.hostname);
    }
  }
}

function listOf(events: readonly AuditEvent[]): Buffer {
  const head = JSON.stringify({ kind: 'EventList', apiVersion: API_VERSION, metadata: {}, items: [] }).slice(0, -2);
  const items = events.flatMap((event, index) => [
    ...(index === 0 ? [] : [COMMA]),
    ...encodeEvent(event, { isInList: true }),
  ]);
  return Buffer.concat([Buffer.from(head), ...items, END]);
}

const COMMA = Buffer.from(',');
const END = Buffer.from(']}');

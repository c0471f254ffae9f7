import type { Clock } from '../../src/base/world.ts';
import { limits } from './limits.ts';
import { rcodes, recordTypes, type Query } from './query.ts';

/** Answers of other servers, kept as they came for as long as their records allow, half a minute at most. */
export class AnswerCache {
  readonly #clock: Clock;
  /** Oldest first: a key that is written again moves to the end. */
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The answer to this very query: its id, its spelling of the name, times to live as they are now. */
  get(query: Query): Buffer | undefined {
    const key = keyOf(query);
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const ageMs = this.#clock.monotonicMs() - entry.storedMs;
    if (ageMs >= entry.lifeMs) {
      this.#entries.delete(key);
      return undefined;
    }
    const answer = Buffer.from(entry.answer);
    answer.writeUInt16BE(query.id, 0);
    query.question.copy(answer, 12);
    const ageSeconds = Math.floor(ageMs / 1000);
    for (const at of entry.ttls) answer.writeUInt32BE(Math.max(0, answer.readUInt32BE(at) - ageSeconds), at);
    return answer;
  }

  put(query: Query, answer: Buffer): void {
    const rcode = (answer[3] ?? 0) & 15;
    const truncated = ((answer[2] ?? 0) & 2) !== 0;
    if (truncated || (rcode !== rcodes.NOERROR && rcode !== rcodes.NXDOMAIN)) return;
    const ttls = ttlOffsets(answer, 12 + query.question.length);
    const seconds = Math.min(limits.cacheSeconds, ...(ttls ?? []).map(at => answer.readUInt32BE(at)));
    if (ttls === undefined || ttls.length === 0 || seconds <= 0) return;
    const key = keyOf(query);
    this.#entries.delete(key);
    this.#entries.set(key, { answer, ttls, storedMs: this.#clock.monotonicMs(), lifeMs: seconds * 1000 });
    if (this.#entries.size <= limits.cacheEntries) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}

interface Entry {
  readonly answer: Buffer;
  readonly ttls: readonly number[];
  readonly storedMs: number;
  readonly lifeMs: number;
}

/** Answers differ with EDNS and its DO bit, besides the question. */
const keyOf = ({ name, type, class: of, edns, recursionDesired }: Query): string =>
  `${name} ${type} ${of} ${edns === undefined ? '-' : Number(edns.dnssecOk)} ${Number(recursionDesired)}`;

/** Where each record's time to live is, OPT's aside; `undefined` when the message does not add up. */
export function ttlOffsets(message: Buffer, recordsStart: number): readonly number[] | undefined {
  const count = message.readUInt16BE(6) + message.readUInt16BE(8) + message.readUInt16BE(10);
  const offsets: number[] = [];
  let at = recordsStart;
  for (let i = 0; i < count; i++) {
    const fixed = skipName(message, at);
    if (fixed === undefined || fixed + 10 > message.length) return undefined;
    if (message.readUInt16BE(fixed) !== recordTypes.OPT) offsets.push(fixed + 4);
    at = fixed + 10 + message.readUInt16BE(fixed + 8);
    if (at > message.length) return undefined;
  }
  return offsets;
}

function skipName(message: Buffer, from: number): number | undefined {
  for (let at = from; ; ) {
    const length = message[at];
    if (length === undefined) return undefined;
    if (length >= 0xc0) return at + 2;
    if (length === 0) return at + 1;
    at += 1 + length;
  }
}

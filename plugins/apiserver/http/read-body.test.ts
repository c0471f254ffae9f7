import { EventEmitter, once } from 'node:events';
import { createServer, request as send, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { StatusError } from '../../../src/api/status-error.ts';
import { HeavyLane } from '../../../src/base/heavy-lane.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { BODY_BYTES, DOOR_LIMITS, HEAVY_BODY_BYTES, type DoorLimits } from '../limits.ts';
import { IncomingBody } from './incoming-body.ts';
import { BodyReader } from './read-body.ts';

const PIECE_BYTES = 64 * 1024;
const world = hostWorld();
const readerOf = (limits: Partial<DoorLimits> = {}): BodyReader =>
  new BodyReader(world, new HeavyLane(world, { rest: 0 }), { ...DOOR_LIMITS, ...limits });
const incomingOf = (stream: Readable, length: number | undefined, requestMs = 60_000): IncomingBody =>
  new IncomingBody(
    {
      body: stream,
      headers: length === undefined ? {} : { 'content-length': String(length) },
      socket: new EventEmitter(),
      isBodyWhole: () => true,
      stopBody: () => false,
    },
    world,
    requestMs,
  );
const user = (name: string) => ({ name, groups: ['system:authenticated'] });

/** So many bytes, in pieces, as they are asked for; after `stallsAt` of them nothing comes any more. */
class Sender extends Readable {
  sent = 0;
  readonly #bytes: number;
  readonly #stallsAt: number;
  readonly #pauseMs: number;

  constructor(bytes: number, { stallsAt = Number.POSITIVE_INFINITY, pauseMs = 0 } = {}) {
    super({ highWaterMark: PIECE_BYTES });
    this.#pauseMs = pauseMs;
    this.#bytes = bytes;
    this.#stallsAt = stallsAt;
  }

  override _read(): void {
    if (this.sent >= this.#stallsAt) return;
    const bytes = Math.min(PIECE_BYTES, this.#bytes - this.sent);
    this.sent += bytes;
    const push = (): void => void this.push(bytes === 0 ? null : Buffer.alloc(bytes, this.sent / PIECE_BYTES));
    if (this.#pauseMs === 0) setImmediate(push);
    else setTimeout(push, this.#pauseMs);
  }
}

describe('bodies', () => {
  it('are read as they were sent, light and heavy, of a length that is told or not', async () => {
    for (const bytes of [0, 1, HEAVY_BODY_BYTES - 1, HEAVY_BODY_BYTES, PIECE_BYTES + 1, 1_000_000, BODY_BYTES]) {
      for (const length of [bytes, undefined]) {
        const sent: Buffer[] = [];
        const sender = new Sender(bytes);
        const push = sender.push.bind(sender);
        sender.push = (chunk: Buffer | null) => {
          if (chunk !== null) sent.push(Buffer.from(chunk));
          return push(chunk);
        };
        using body = await readerOf().read(incomingOf(sender, length), user('a'));
        expect(body.isHeavy).toBe(bytes >= HEAVY_BODY_BYTES);
        expect(body.bytes.equals(Buffer.concat(sent))).toBe(true);
        expect(body.bytes.length).toBe(bytes);
      }
    }
  });

  it('give back the memory of what they came in, and of nothing that others use', async () => {
    const shared = Buffer.alloc(3 * PIECE_BYTES, 's');
    const chunks = ['a', 'b', 'c'].map(fill => Buffer.alloc(PIECE_BYTES, fill));
    const all = [...chunks, shared.subarray(PIECE_BYTES, 2 * PIECE_BYTES)];
    const whole = Buffer.concat(all);
    const sender = Readable.from(all, { objectMode: false });
    using body = await readerOf().read(incomingOf(sender, whole.length), user('a'));
    expect(body.bytes.equals(whole)).toBe(true);
    expect(chunks.map(({ buffer }) => buffer.detached)).toEqual([true, true, true]);
    expect(shared.buffer.detached).toBe(false);
  });

  it('beyond the limit are refused', async () => {
    for (const length of [BODY_BYTES + 1, undefined]) {
      const reading = readerOf().read(incomingOf(new Sender(BODY_BYTES + 1), length), user('a'));
      await expect(reading).rejects.toMatchObject({ status: { code: 413 } });
    }
  });

  it('of fifty heavy senders all end, and no more of them than may be is held at any time', async () => {
    const heavyBytes = 4 * BODY_BYTES;
    const reader = readerOf({ heavyBytes, heavyBytesOfUser: 2 * BODY_BYTES });
    const senders = Array.from({ length: 50 }, () => new Sender(BODY_BYTES));
    const held = new Set(senders);
    let mostBytes = 0;
    const look = (): void => {
      mostBytes = Math.max(
        mostBytes,
        [...held].reduce((sum, { sent }) => sum + sent, 0),
      );
    };
    const done = senders.map(async (sender, at) => {
      using body = await reader.read(incomingOf(sender, at % 2 === 0 ? BODY_BYTES : undefined), user(`u${at % 7}`));
      look();
      await sleep(1);
      held.delete(sender);
      return body.bytes.length;
    });
    const every = setInterval(look, 1);
    const lengths = await Promise.all(done);
    clearInterval(every);
    expect(new Set(lengths)).toEqual(new Set([BODY_BYTES]));
    expect(mostBytes).toBeGreaterThan(2 * BODY_BYTES);
    expect(mostBytes).toBeLessThanOrEqual(heavyBytes + 50 * 2 * PIECE_BYTES);
  });

  it('that stall hold up no others, of their user or another, and give way where there is no room', async () => {
    const reader = readerOf({ heavyBytes: 3 * BODY_BYTES, heavyBytesOfUser: 2 * BODY_BYTES, heavyLateMs: 300 });
    const stalled = (name: string): Promise<unknown> =>
      reader
        .read(incomingOf(new Sender(BODY_BYTES, { stallsAt: 1_000_000 }), BODY_BYTES, 2_000), user(name))
        .then(undefined, (error: unknown) => (error instanceof StatusError ? error.status.code : error));
    const whole = async (name: string): Promise<number> => {
      using body = await reader.read(incomingOf(new Sender(BODY_BYTES), BODY_BYTES), user(name));
      return body.bytes.length;
    };
    const first = stalled('a');
    expect(await whole('a')).toBe(BODY_BYTES);
    expect(await whole('b')).toBe(BODY_BYTES);
    const others = [stalled('a'), stalled('b')];
    expect(await Promise.all([whole('a'), whole('c')])).toEqual([BODY_BYTES, BODY_BYTES]);
    const codes = await Promise.all([first, ...others]);
    // Who did not have to leave was too late all the same.
    expect(new Set(codes)).toEqual(new Set([429, 400]));
  });

  it('do not count the time they wait for their turn as their sender’s', async () => {
    const reader = readerOf({ heavyBytes: BODY_BYTES, heavyWaitMs: 10_000 });
    const before = await reader.read(incomingOf(new Sender(BODY_BYTES), BODY_BYTES), user('a'));
    const bytes = 3 * PIECE_BYTES;
    const reading = reader.read(incomingOf(new Sender(bytes, { pauseMs: 20 }), bytes, 1_000), user('b'));
    await sleep(1_200);
    before[Symbol.dispose]();
    using body = await reading;
    expect(body.bytes.length).toBe(bytes);
  });

  it('that nobody reads yet stay with their sender', async () => {
    const requested = Promise.withResolvers<IncomingMessage>();
    const server = createServer((request, answer) => {
      requested.resolve(request);
      request.once('end', () => answer.end());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const sent = send({ port, host: '127.0.0.1', method: 'POST', headers: { 'content-length': BODY_BYTES } });
      sent.end(Buffer.alloc(BODY_BYTES));
      const request = await requested.promise;
      const incoming = incomingOf(request, BODY_BYTES);
      await sleep(300);
      expect(request.readableLength).toBeGreaterThan(0);
      expect(request.readableLength).toBeLessThan(512 * 1024);
      const answered = once(sent, 'response');
      using body = await readerOf().read(incoming, user('a'));
      expect(body.bytes.length).toBe(BODY_BYTES);
      const [answer] = (await answered) as [IncomingMessage];
      expect(answer.statusCode).toBe(200);
      answer.resume();
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

import { once } from 'node:events';
import { duplexPair, type Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { must } from '../../../src/base/must.ts';
import { manualWorld, type ManualWorld } from '../../../src/sdk/testing/manual-world.ts';
import {
  DEAF_CLIENT_MS,
  MAX_SPDY_ANSWERS,
  MAX_SPDY_BLOCKS_A_TURN,
  MAX_SPDY_HELD_BYTES,
  MAX_SPDY_STREAMS,
  STREAM_IDLE_MS,
} from '../limits.ts';
import { controlFrame, SpdyClient, synStream } from '../testing/spdy-client.ts';
import { CONTROL, dataHeader, pingFrame } from './frame.ts';
import { SpdyConnection } from './spdy-connection.ts';
import type { SpdyStream } from './spdy-stream.ts';

const CHUNK = Buffer.alloc(16 * 1024, 'x');

describe('a SPDY connection', () => {
  let world: ManualWorld;
  let client: SpdyClient;
  let transport: Duplex;
  let connection: SpdyConnection;
  let streams: SpdyStream[];
  /** Until bytes have gone where they can. */
  const settle = (): Promise<void> => new Promise(resolve => void setTimeout(resolve, 20));
  const settleOnce = (): Promise<void> => new Promise(resolve => void setImmediate(resolve));
  const opened = async (headers: Readonly<Record<string, string>> = { a: 'b' }) => {
    const asked = client.open(headers);
    await vi.waitFor(() => expect(asked.state).toBe('open'));
    return { asked, stream: must(streams.at(-1), 'it was accepted') };
  };

  beforeEach(() => {
    world = manualWorld();
    streams = [];
    const [ours, theirs] = duplexPair();
    transport = ours;
    client = new SpdyClient(theirs);
    connection = new SpdyConnection(ours, world.timers, headers =>
      headers.get('a') === 'b' ? stream => void streams.push(stream) : undefined,
    );
  });

  it('opens streams that end by halves', async () => {
    const { asked, stream } = await opened();
    client.send(asked, 'question', true);
    expect(await text(stream)).toBe('question');
    stream.write('ans');
    stream.end('wer');
    await vi.waitFor(() => expect(asked).toMatchObject({ text: 'answer', state: 'ended' }));
    expect(stream.destroyed).toBe(true);
    expect(connection.isOpen).toBe(true);
  });

  it('passes over what comes for a stream after its end', async () => {
    const { asked, stream } = await opened();
    client.send(asked, 'all', true);
    client.send(asked, 'more', true);
    client.send({ id: 99 }, 'for nobody');
    expect(await text(stream)).toBe('all');
    const { asked: other } = await opened();
    expect(other.state).toBe('open');
  });

  it('tells and hears resets', async () => {
    const first = await opened();
    client.reset(first.asked);
    await once(first.stream, 'close');
    expect(first.asked.state).toBe('open');
    const second = await opened();
    second.stream.destroy();
    await vi.waitFor(() => expect(second.asked.state).toBe('reset'));
  });

  it('refuses streams that nobody wants, ids that went before, and more than may be', async () => {
    const unwanted = client.open({ a: 'c' });
    await vi.waitFor(() => expect(unwanted.state).toBe('reset'));
    const { asked } = await opened();
    client.raw(synStream(asked.id, client.block({ a: 'b' })));
    await vi.waitFor(() => expect(asked.state).toBe('reset'));
    const many = Array.from({ length: MAX_SPDY_STREAMS }, () => client.open({ a: 'b' }));
    while (many.some(({ state }) => state === 'asked')) {
      await settleOnce();
      await world.advance(1);
    }
    expect(many.filter(({ state }) => state === 'reset')).toHaveLength(1);
    expect(streams).toHaveLength(MAX_SPDY_STREAMS);
  });

  it('holds so much for who does not read it, then nobody is read until they are gone', async () => {
    const deaf = await opened();
    const other = await opened();
    let [reached, heard] = [0, 0];
    other.stream.on('data', (chunk: Buffer) => (heard += chunk.length));
    for (; reached < 4 * MAX_SPDY_HELD_BYTES; reached += CHUNK.length) client.send(deaf.asked, CHUNK);
    client.send(other.asked, CHUNK);
    await settle();
    expect(deaf.stream.readableLength).toBeGreaterThan(MAX_SPDY_HELD_BYTES);
    expect(deaf.stream.readableLength).toBeLessThan(MAX_SPDY_HELD_BYTES + 64 * 1024);
    expect(heard).toBe(0);
    deaf.stream.destroy();
    await vi.waitFor(() => expect(heard).toBe(CHUNK.length));
  });

  it('goes on once who was slow has read', async () => {
    const { asked, stream } = await opened();
    const sent = 3 * MAX_SPDY_HELD_BYTES;
    for (let at = 0; at < sent; at += CHUNK.length) client.send(asked, CHUNK, at + CHUNK.length >= sent);
    await settle();
    expect((await text(stream)).length).toBe(sent);
  });

  it('lets a stream write no more than the client takes', async () => {
    const { asked, stream } = await opened();
    client.transport.pause();
    let written = 0;
    const write = (): void => {
      stream.write(CHUNK, () => {
        written += CHUNK.length;
        setImmediate(write);
      });
    };
    write();
    await settle();
    expect(written).toBeLessThan(512 * 1024);
    client.transport.resume();
    await vi.waitFor(() => expect(asked.bytes).toBeGreaterThan(1024 * 1024));
    stream.destroy();
  });

  it('answers pings, but keeps none for who reads nothing', async () => {
    client.ping(5);
    client.ping(6);
    await vi.waitFor(() => expect(client.pings).toBe(1));
    client.transport.pause();
    client.raw(Buffer.concat(Array.from({ length: 50_000 }, () => pingFrame(7))));
    await settle();
    client.transport.resume();
    await settle();
    expect(client.pings).toBeLessThan(50_000);
    expect(connection.isOpen).toBe(true);
  });

  it('sends away who asks without end and reads nothing', async () => {
    client.transport.pause();
    // Each is refused, for its id is even.
    const block = client.block({ a: 'b' });
    client.raw(synStream(2, block));
    const rest = client.block({ a: 'b' });
    client.raw(Buffer.concat(Array.from({ length: 3 * MAX_SPDY_ANSWERS }, () => synStream(4, rest))));
    for (let turn = 0; turn < 1000 && connection.isOpen; turn++) {
      await settleOnce();
      await world.advance(1);
    }
    expect(connection.isOpen).toBe(false);
  });

  it('leaves time for others between the many streams of one chunk', async () => {
    client.raw(Buffer.concat(Array.from({ length: 1000 }, (_, i) => synStream(2 * i + 1, client.block({ a: 'b' })))));
    await settle();
    expect(streams).toHaveLength(MAX_SPDY_BLOCKS_A_TURN);
    await world.advance(1);
    expect(streams).toHaveLength(1000);
  });

  it.each([
    ['a header block that is none', synStream(1, Buffer.from('nothing'))],
    ['a frame that is too large', controlFrame(CONTROL.headers, 0, Buffer.alloc(0xff_ffff))],
    ['data of stream 0', dataHeader(0, 0, false)],
  ])('ends at %s, with a goodbye', async (_what, bytes) => {
    const { stream } = await opened();
    client.raw(bytes);
    await connection.closed;
    expect(stream.destroyed).toBe(true);
    await vi.waitFor(() => expect(client.goneAway).toBe(true));
  });

  it('ends when the client says goodbye and its streams are over', async () => {
    const { asked, stream } = await opened();
    client.goAway();
    client.open({ a: 'b' });
    client.send(asked, 'last', true);
    expect(await text(stream)).toBe('last');
    expect(connection.isOpen).toBe(true);
    stream.end();
    await connection.closed;
    expect(streams).toHaveLength(1);
  });

  it('cuts off who takes nothing of the last words, and who does not leave', async () => {
    await opened();
    client.transport.pause();
    connection.close();
    expect(transport.destroyed).toBe(false);
    await world.advance(3 * DEAF_CLIENT_MS);
    expect(transport.destroyed).toBe(true);
    expect(world.pending).toBe(0);
  });

  it('ends after hours of silence', async () => {
    await opened();
    await world.advance(STREAM_IDLE_MS / 2);
    expect(client.pings).toBeGreaterThan(0);
    client.ping(9);
    await settle();
    await world.advance(STREAM_IDLE_MS - 10_000);
    expect(connection.isOpen).toBe(true);
    await world.advance(20_000);
    expect(connection.isOpen).toBe(false);
  });
});

import type { Duplex } from 'node:stream';
import type { Timers } from '../../../src/base/world.ts';
import {
  EXEC_PING_MS,
  MAX_SPDY_ANSWERS,
  MAX_SPDY_BLOCKS_A_TURN,
  MAX_SPDY_HELD_BYTES,
  MAX_SPDY_STREAMS,
  STREAM_IDLE_MS,
} from '../limits.ts';
import { leaveDeaf } from '../server/leave-deaf.ts';
import { GO_AWAY, goAwayFrame, pingFrame, RESET, resetFrame, synReplyFrame, type Frame } from './frame.ts';
import { FrameParser } from './frame-parser.ts';
import { FrameWriter } from './frame-writer.ts';
import { HeaderReader, HeaderWriter, type SpdyHeaders } from './header-block.ts';
import { SpdyError } from './spdy-error.ts';
import { SpdyStream, type StreamWire } from './spdy-stream.ts';

/** Judges a stream by its headers: what to do with it once it stands, or `undefined` to refuse it. */
export type AcceptStream = (headers: SpdyHeaders) => ((stream: SpdyStream) => void) | undefined;

/**
 * The server's end of a SPDY/3.1 connection whose streams the client opens. As with moby/spdystream, whose clients
 * these are, no windows are kept: streams that nobody reads may hold `MAX_SPDY_HELD_BYTES`, then all of them wait.
 */
export class SpdyConnection {
  /** Resolves once the client is heard no more, whoever left. */
  readonly closed: Promise<void>;
  readonly #transport: Duplex;
  readonly #timers: Timers;
  readonly #accept: AcceptStream;
  readonly #parser = new FrameParser();
  readonly #headersIn = new HeaderReader();
  readonly #headersOut = new HeaderWriter();
  readonly #out: FrameWriter;
  readonly #leftOrGone: () => void;
  readonly #streams = new Map<number, SpdyStream>();
  readonly #wire: StreamWire = {
    send: (streamId, payload, fin, sent) => this.#out.data(streamId, payload, fin, sent),
    wanted: () => this.#transport.isPaused() && this.#holdOrGoOn(),
    over: (streamId, told) => this.#over(streamId, told),
  };
  /** Of the last chunk, while they are not all taken. */
  #frames: Iterator<Frame, void, undefined> | undefined;
  #lastStreamId = 0;
  #lastPing = 0;
  #pingsUnheard = 0;
  #goneAway = false;
  #closing = false;

  constructor(transport: Duplex, timers: Timers, accept: AcceptStream) {
    this.#transport = transport;
    this.#timers = timers;
    this.#accept = accept;
    this.#out = new FrameWriter(transport, MAX_SPDY_ANSWERS);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    const ping = timers.every(EXEC_PING_MS, () => this.#ping());
    this.#leftOrGone = () => {
      ping[Symbol.dispose]();
      this.#closing = true;
      this.#abandonStreams();
      resolve();
    };
    if (transport.destroyed) this.#leftOrGone();
    transport.once('close', this.#leftOrGone);
    transport.on('error', () => transport.destroy());
    transport.on('end', () => transport.destroy());
    transport.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  get isOpen(): boolean {
    return !this.#closing && !this.#transport.destroyed;
  }

  /** Says goodbye behind all that was written. What the client still sends is not heard. */
  close(): void {
    this.#leave(GO_AWAY.ok);
  }

  /** Cuts the client off once what waits for it has not moved for `DEAF_CLIENT_MS`; until disposed of. */
  leaveDeaf(): Disposable {
    return this.#leaveDeaf(() => this.#transport.writableLength > 0);
  }

  destroy(): void {
    this.#transport.destroy();
  }

  #read(chunk: Buffer): void {
    this.#pingsUnheard = 0;
    if (this.#closing) return;
    this.#frames = this.#parser.frames(chunk);
    this.#takeSome(this.#frames);
  }

  /** A chunk may open thousands of streams: the process goes on between some and some. */
  #takeSome(frames: Iterator<Frame, void, undefined>): void {
    try {
      for (let blocks = 0; blocks < MAX_SPDY_BLOCKS_A_TURN && !this.#closing; ) {
        const { value: frame } = frames.next();
        if (frame === undefined) {
          this.#frames = undefined;
          break;
        }
        this.#take(frame);
        if ('headerBlock' in frame) blocks += 1;
      }
    } catch (error) {
      if (!(error instanceof SpdyError)) throw error;
      this.#leave(GO_AWAY.protocolError);
    }
    if (this.#closing) return;
    this.#holdOrGoOn();
    if (this.#frames !== undefined) this.#timers.after(0, () => this.#takeSome(frames));
  }

  #take(frame: Frame): void {
    switch (frame.type) {
      case 'data':
        // What is of no stream was sent before the client heard of the stream's end.
        return this.#streams.get(frame.streamId)?.receive(frame.payload, frame.fin);
      case 'syn-stream':
        return this.#open(frame);
      case 'headers':
        // Nobody waits for further headers, but those that follow are compressed against them.
        this.#headersIn.read(frame.headerBlock);
        return this.#streams.get(frame.streamId)?.receive(NOTHING, frame.fin);
      case 'reset':
        return this.#streams.get(frame.streamId)?.receiveReset();
      case 'ping':
        // One of this end's own comes back; one that finds answers waiting already is passed over.
        if (frame.id % 2 === 1 && !this.#out.isHeldBack) this.#out.answer(pingFrame(frame.id));
        return;
      case 'go-away':
        this.#goneAway = true;
        return this.#endIfUnused();
    }
  }

  #open({ streamId, headerBlock, fin, unidirectional }: Extract<Frame, { readonly type: 'syn-stream' }>): void {
    const headers = this.#headersIn.read(headerBlock);
    if (this.#goneAway) return;
    if (streamId % 2 === 0 || streamId <= this.#lastStreamId || unidirectional) {
      return this.#out.answer(resetFrame(streamId, RESET.protocolError));
    }
    this.#lastStreamId = streamId;
    const use = this.#streams.size < MAX_SPDY_STREAMS ? this.#accept(headers) : undefined;
    if (use === undefined) return this.#out.answer(resetFrame(streamId, RESET.refusedStream));
    const stream = new SpdyStream(streamId, headers, this.#wire);
    this.#streams.set(streamId, stream);
    this.#out.answer(synReplyFrame(streamId, this.#headersOut.noHeaders()));
    stream.receive(NOTHING, fin);
    use(stream);
  }

  #over(streamId: number, told: boolean): void {
    const wasOpen = this.#streams.delete(streamId);
    if (wasOpen && !told) this.#out.answer(resetFrame(streamId, RESET.cancel));
    this.#holdOrGoOn();
    if (wasOpen) this.#endIfUnused();
  }

  #endIfUnused(): void {
    if (this.#goneAway && this.#streams.size === 0) this.close();
  }

  /** Reads on from the client only while all was taken, and little enough waits for its readers. */
  #holdOrGoOn(): void {
    if (this.#closing) return;
    let held = 0;
    for (const stream of this.#streams.values()) held += stream.readableLength;
    if (held > MAX_SPDY_HELD_BYTES || this.#frames !== undefined) this.#transport.pause();
    else if (this.#transport.isPaused()) this.#transport.resume();
  }

  /** Bytes that wait already find out whether somebody is there. */
  #ping(): void {
    if (++this.#pingsUnheard * EXEC_PING_MS > STREAM_IDLE_MS) return this.destroy();
    if (this.#transport.writableLength > 0) return;
    this.#lastPing = (this.#lastPing + 2) & 0x7fffffff;
    this.#out.answer(pingFrame(this.#lastPing));
  }

  #leaveDeaf(isWaiting: () => boolean): Disposable {
    return leaveDeaf(this.#timers, { isWaiting, taken: () => this.#out.taken, cutOff: () => this.destroy() });
  }

  #abandonStreams(): void {
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    for (const stream of streams) stream.destroy();
  }

  #leave(status: number): void {
    if (!this.isOpen) return;
    this.#closing = true;
    this.#out.end(goAwayFrame(this.#lastStreamId, status));
    this.#leftOrGone();
    // Closed while the client still sends, the connection would be reset under what it has not read yet.
    this.#transport.resume();
    const linger = this.#leaveDeaf(() => true);
    this.#transport.once('close', () => linger[Symbol.dispose]());
  }
}

const NOTHING = Buffer.alloc(0);

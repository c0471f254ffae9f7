import type { Duplex } from 'node:stream';
import { constants, deflateRawSync } from 'node:zlib';
import { CONTROL, dataHeader, FLAG_FIN, goAwayFrame, pingFrame, resetFrame, type Frame } from '../spdy/frame.ts';
import { FrameParser } from '../spdy/frame-parser.ts';
import { HEADER_DICTIONARY } from '../spdy/header-dictionary.ts';

/** What came on one stream of a client. */
export interface ClientStream {
  readonly id: number;
  text: string;
  bytes: number;
  state: 'asked' | 'open' | 'ended' | 'reset';
}

/** The client's end of SPDY/3.1, which can send what no client would. */
export class SpdyClient {
  readonly transport: Duplex;
  readonly streams: ClientStream[] = [];
  pings = 0;
  goneAway = false;
  readonly closed: Promise<void>;
  readonly #parser = new FrameParser();
  #window: Buffer = HEADER_DICTIONARY;
  #begun = false;

  constructor(transport: Duplex) {
    this.transport = transport;
    transport.on('data', (chunk: Buffer) => {
      for (const frame of this.#parser.frames(chunk)) this.#take(frame);
    });
    // What breaks also closes, and that is what is told.
    transport.on('error', () => undefined);
    this.closed = new Promise(resolve => void transport.once('close', resolve));
  }

  open(headers: Readonly<Record<string, string>>, fin = false): ClientStream {
    const stream: ClientStream = { id: 2 * this.streams.length + 1, text: '', bytes: 0, state: 'asked' };
    this.streams.push(stream);
    this.raw(synStream(stream.id, this.block(headers), fin ? FLAG_FIN : 0));
    return stream;
  }

  send({ id }: Pick<ClientStream, 'id'>, payload: string | Buffer, fin = false): boolean {
    const bytes = Buffer.from(payload);
    this.transport.write(dataHeader(id, bytes.length, fin));
    return this.transport.write(bytes);
  }

  reset({ id }: ClientStream): void {
    this.raw(resetFrame(id, 5));
  }

  ping(id: number): void {
    this.raw(pingFrame(id));
  }

  goAway(): void {
    this.raw(goAwayFrame(0, 0));
  }

  raw(bytes: Buffer): boolean {
    return this.transport.write(bytes);
  }

  /** A header block of these, compressed as the next one. */
  block(headers: Readonly<Record<string, string>>): Buffer {
    return this.compressed(headerBytes(Object.entries(headers)));
  }

  compressed(plain: Buffer): Buffer {
    const block = deflateRawSync(plain, { dictionary: this.#window, finishFlush: constants.Z_SYNC_FLUSH });
    this.#window = Buffer.concat([this.#window, plain]).subarray(-32 * 1024);
    if (this.#begun) return block;
    this.#begun = true;
    return Buffer.concat([Buffer.from([0x78, 0xf9, 0xe3, 0xc6, 0xa7, 0xc2]), block]);
  }

  #take(frame: Frame): void {
    if (frame.type === 'ping') this.pings++;
    if (frame.type === 'go-away') this.goneAway = true;
    if (!('streamId' in frame)) return;
    const stream = this.streams[(frame.streamId - 1) / 2];
    if (stream === undefined) return;
    if (frame.type === 'headers') stream.state = 'open';
    if (frame.type === 'reset') stream.state = 'reset';
    if (frame.type !== 'data') return;
    stream.bytes += frame.payload.length;
    if (stream.text.length < 1024 * 1024) stream.text += frame.payload.toString('latin1');
    if (frame.fin) stream.state = 'ended';
  }
}

export function headerBytes(pairs: readonly (readonly [string, string])[]): Buffer {
  const text = (value: string): Buffer => Buffer.concat([number(value.length), Buffer.from(value, 'latin1')]);
  return Buffer.concat([number(pairs.length), ...pairs.flatMap(([name, value]) => [text(name), text(value)])]);
}

export const synStream = (id: number, block: Buffer, flags = 0): Buffer =>
  controlFrame(CONTROL.synStream, flags, Buffer.concat([number(id), number(0), Buffer.alloc(2), block]));

export const controlFrame = (type: number, flags: number, body: Buffer): Buffer =>
  Buffer.concat([number((0x8003_0000 | type) >>> 0), number(((flags << 24) | body.length) >>> 0), body]);

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

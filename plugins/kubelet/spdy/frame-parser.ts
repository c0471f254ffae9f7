import { MAX_SPDY_CONTROL_BYTES } from '../limits.ts';
import {
  CONTROL,
  FLAG_FIN,
  FLAG_UNIDIRECTIONAL,
  FRAME_HEADER_BYTES,
  MAX_STREAM_ID,
  VERSION,
  type Frame,
} from './frame.ts';
import { SpdyError } from './spdy-error.ts';

const EMPTY = Buffer.alloc(0);
const SYN_STREAM_BYTES = 10;

/** Cuts bytes into frames, however they come. DATA is passed on as it comes; other frames wait until they are whole. */
export class FrameParser {
  #pieces: Buffer[] = [];
  #held = 0;
  #needed = FRAME_HEADER_BYTES;
  #data: { readonly streamId: number; readonly fin: boolean; left: number } | undefined;

  /** Throws `SpdyError`; nothing may be read after that. */
  *frames(chunk: Buffer): Generator<Frame, void, undefined> {
    let rest = this.#joined(chunk);
    while (rest.length > 0) {
      if (this.#data !== undefined) {
        const { streamId, fin, left } = this.#data;
        const payload = rest.subarray(0, left);
        this.#data = payload.length === left ? undefined : { streamId, fin, left: left - payload.length };
        rest = rest.subarray(payload.length);
        yield { type: 'data', streamId, payload, fin: fin && this.#data === undefined };
        continue;
      }
      const taken = this.#take(rest);
      if (taken === undefined) return;
      rest = rest.subarray(taken.length);
      if (taken.frame !== undefined) yield taken.frame;
    }
  }

  /** Nothing as long as there is less than was needed. */
  #joined(chunk: Buffer): Buffer {
    if (this.#held === 0) return chunk;
    this.#pieces.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#needed) return EMPTY;
    const all = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#held = 0;
    return all;
  }

  #take(bytes: Buffer): { readonly length: number; readonly frame?: Frame | undefined } | undefined {
    if (bytes.length < FRAME_HEADER_BYTES) return this.#wait(bytes, FRAME_HEADER_BYTES);
    const first = bytes.readUInt32BE(0);
    const flags = bytes.readUInt8(4);
    const length = bytes.readUInt32BE(4) & 0xff_ffff;
    const isControl = first >>> 31 === 1;
    if (!isControl) return { length: FRAME_HEADER_BYTES, frame: this.#openData(first, flags, length) };
    if (length > MAX_SPDY_CONTROL_BYTES) throw new SpdyError(`a control frame has ${length} bytes`);
    if (bytes.length < FRAME_HEADER_BYTES + length) return this.#wait(bytes, FRAME_HEADER_BYTES + length);
    if (((first >>> 16) & 0x7fff) !== VERSION) throw new SpdyError('a frame is of another version');
    const body = bytes.subarray(FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + length);
    return { length: FRAME_HEADER_BYTES + length, frame: controlFrame(first & 0xffff, flags, body) };
  }

  #wait(bytes: Buffer, needed: number): undefined {
    this.#pieces = [bytes];
    this.#held = bytes.length;
    this.#needed = needed;
  }

  #openData(streamId: number, flags: number, left: number): Frame | undefined {
    if (streamId === 0) throw new SpdyError('a DATA frame is of stream 0');
    const fin = (flags & FLAG_FIN) !== 0;
    if (left === 0) return { type: 'data', streamId, payload: EMPTY, fin };
    this.#data = { streamId, fin, left };
    return undefined;
  }
}

/** `undefined` for those that nobody here acts upon: settings, windows, and types that are not known. */
function controlFrame(type: number, flags: number, body: Buffer): Frame | undefined {
  const fin = (flags & FLAG_FIN) !== 0;
  switch (type) {
    case CONTROL.synStream:
      requireLength(body, SYN_STREAM_BYTES);
      return {
        type: 'syn-stream',
        streamId: streamIdOf(body),
        headerBlock: body.subarray(SYN_STREAM_BYTES),
        fin,
        unidirectional: (flags & FLAG_UNIDIRECTIONAL) !== 0,
      };
    case CONTROL.synReply:
    case CONTROL.headers:
      requireLength(body, 4);
      return { type: 'headers', streamId: streamIdOf(body), headerBlock: body.subarray(4), fin };
    case CONTROL.reset:
      requireLength(body, 8);
      return { type: 'reset', streamId: streamIdOf(body) };
    case CONTROL.ping:
      requireLength(body, 4);
      return { type: 'ping', id: body.readUInt32BE(0) };
    case CONTROL.goAway:
      return { type: 'go-away' };
    default:
      return undefined;
  }
}

function requireLength(body: Buffer, bytes: number): void {
  if (body.length < bytes) throw new SpdyError('a control frame is too short');
}

function streamIdOf(body: Buffer): number {
  const id = body.readUInt32BE(0) & MAX_STREAM_ID;
  if (id === 0) throw new SpdyError('a control frame is of stream 0');
  return id;
}

/** Frames of SPDY/3.1 as they are read and written; SPDY Protocol draft 3.1, 2.2 and 2.6. */
export type Frame =
  /** As much of a DATA frame as has come; `fin` with its last byte. */
  | { readonly type: 'data'; readonly streamId: number; readonly payload: Buffer; readonly fin: boolean }
  | {
      readonly type: 'syn-stream';
      readonly streamId: number;
      readonly headerBlock: Buffer;
      readonly fin: boolean;
      readonly unidirectional: boolean;
    }
  | { readonly type: 'headers'; readonly streamId: number; readonly headerBlock: Buffer; readonly fin: boolean }
  | { readonly type: 'reset'; readonly streamId: number }
  | { readonly type: 'ping'; readonly id: number }
  | { readonly type: 'go-away' };

export const CONTROL = {
  synStream: 1,
  synReply: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  headers: 8,
  windowUpdate: 9,
} as const;

export const FLAG_FIN = 1;
export const FLAG_UNIDIRECTIONAL = 2;
export const VERSION = 3;
export const FRAME_HEADER_BYTES = 8;
export const MAX_STREAM_ID = 0x7fffffff;

export const RESET = { protocolError: 1, refusedStream: 3, cancel: 5 } as const;
export const GO_AWAY = { ok: 0, protocolError: 1 } as const;

/** The eight bytes before a DATA frame's payload. */
export function dataHeader(streamId: number, length: number, fin: boolean): Buffer {
  const bytes = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
  bytes.writeUInt32BE(streamId, 0);
  bytes.writeUInt32BE(((fin ? FLAG_FIN : 0) << 24) | length, 4);
  return bytes;
}

export const synReplyFrame = (streamId: number, headerBlock: Buffer): Buffer =>
  Buffer.concat([control(CONTROL.synReply, 4 + headerBlock.length, streamId), headerBlock]);

export const resetFrame = (streamId: number, status: number): Buffer => control(CONTROL.reset, 8, streamId, status);

export const pingFrame = (id: number): Buffer => control(CONTROL.ping, 4, id);

export const goAwayFrame = (lastStreamId: number, status: number): Buffer =>
  control(CONTROL.goAway, 8, lastStreamId, status);

function control(type: number, length: number, ...words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(FRAME_HEADER_BYTES + 4 * words.length);
  bytes.writeUInt32BE((0x8000_0000 | (VERSION << 16) | type) >>> 0, 0);
  bytes.writeUInt32BE(length, 4);
  for (const [index, word] of words.entries()) bytes.writeUInt32BE(word, FRAME_HEADER_BYTES + 4 * index);
  return bytes;
}

import { constants, inflateRawSync } from 'node:zlib';
import { MAX_SPDY_HEADER_BYTES } from '../limits.ts';
import { HEADER_DICTIONARY } from './header-dictionary.ts';
import { SpdyError } from './spdy-error.ts';

/** Names are lower-case. */
export type SpdyHeaders = ReadonlyMap<string, string>;

const WINDOW_BYTES = 32 * 1024;
const ZLIB_HEADER_BYTES = 2;
const HAS_DICTIONARY = 0x20;
const DICTIONARY_ID_BYTES = 4;

/**
 * Reads the header blocks of one direction in their order. They are one zlib stream, flushed to a whole byte after
 * each block, so that each can be inflated by itself against what came before it. Throws `SpdyError`.
 */
export class HeaderReader {
  #window: Buffer = HEADER_DICTIONARY;
  #begun = false;

  read(block: Buffer): SpdyHeaders {
    return parseHeaders(this.#inflate(this.#begun ? block : this.#afterZlibHeader(block)));
  }

  #afterZlibHeader(block: Buffer): Buffer {
    const [method, flags] = block;
    if (method === undefined || flags === undefined || (method & 0x0f) !== 8 || ((method << 8) | flags) % 31 !== 0) {
      throw new SpdyError('header blocks are not compressed by zlib');
    }
    this.#begun = true;
    return block.subarray(ZLIB_HEADER_BYTES + ((flags & HAS_DICTIONARY) === 0 ? 0 : DICTIONARY_ID_BYTES));
  }

  #inflate(bytes: Buffer): Buffer {
    let plain: Buffer;
    try {
      plain = inflateRawSync(bytes, {
        dictionary: this.#window,
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: MAX_SPDY_HEADER_BYTES,
      });
    } catch (error) {
      throw new SpdyError('a header block cannot be decompressed, or is too large', { cause: error });
    }
    this.#window = Buffer.concat([this.#window, plain]).subarray(-WINDOW_BYTES);
    return plain;
  }
}

function parseHeaders(plain: Buffer): SpdyHeaders {
  const headers = new Map<string, string>();
  let at = 0;
  const number = (): number => {
    if (at + 4 > plain.length) throw new SpdyError('a header block breaks off');
    at += 4;
    return plain.readUInt32BE(at - 4);
  };
  const text = (): string => {
    const length = number();
    if (length > plain.length - at) throw new SpdyError('a header block breaks off');
    at += length;
    return plain.toString('latin1', at - length, at);
  };
  for (let left = number(); left > 0; left--) {
    const name = text();
    if (name === '' || name !== name.toLowerCase() || headers.has(name)) {
      throw new SpdyError(`header ${JSON.stringify(name)} is empty, not lower-case or there twice`);
    }
    headers.set(name, text());
  }
  if (at !== plain.length) throw new SpdyError('a header block has something behind it');
  return headers;
}

/** zlib's own header, once a direction: deflate, no dictionary. */
const ZLIB_HEADER = Buffer.from([0x78, 0x01]);
/** No headers in a stored block, then the empty one of a flush. */
const NO_HEADERS = Buffer.from([0, 4, 0, 0xfb, 0xff, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);

/** Writes the header blocks of one direction; a server of streams has nothing to say in them. */
export class HeaderWriter {
  #begun = false;

  noHeaders(): Buffer {
    if (this.#begun) return NO_HEADERS;
    this.#begun = true;
    return Buffer.concat([ZLIB_HEADER, NO_HEADERS]);
  }
}

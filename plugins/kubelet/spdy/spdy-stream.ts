import { Duplex } from 'node:stream';
import type { SpdyHeaders } from './header-block.ts';

/** What a stream asks of its connection. */
export interface StreamWire {
  /** Calls `sent` once more may follow; never, where the connection ends first. */
  send(streamId: number, payload: Buffer, fin: boolean, sent: () => void): void;
  /** Somebody has read. */
  wanted(): void;
  /** The stream is no more. `told`: the client knows, both ends having been reached or by its own reset. */
  over(streamId: number, told: boolean): void;
}

const EMPTY = Buffer.alloc(0);

/** One stream that the client opened. It ends by halves, as a TCP connection does; to destroy it is to reset it. */
export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: SpdyHeaders;
  readonly #wire: StreamWire;
  #heardAll = false;
  #wasReset = false;

  constructor(id: number, headers: SpdyHeaders, wire: StreamWire) {
    super({ allowHalfOpen: true });
    this.id = id;
    this.headers = headers;
    this.#wire = wire;
  }

  /** What the client sent; after its end, nothing. */
  receive(payload: Buffer, fin: boolean): void {
    if (this.#heardAll) return;
    if (payload.length > 0) this.push(payload);
    if (!fin) return;
    this.#heardAll = true;
    this.push(null);
  }

  receiveReset(): void {
    this.#wasReset = true;
    this.destroy();
  }

  override read(size?: number): Buffer | null {
    const chunk = super.read(size) as Buffer | null;
    // Not in _read: that is asked before the bytes are taken, and only once until more comes.
    this.#wire.wanted();
    return chunk;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#wire.send(this.id, chunk, false, done);
  }

  override _final(done: () => void): void {
    this.#wire.send(this.id, EMPTY, true, done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#wire.over(this.id, this.#wasReset || (this.readableEnded && this.writableFinished));
    done(error);
  }
}

import type { EventEmitter } from 'node:events';
import { StatusError } from '../../../src/api/status-error.ts';
import type { World } from '../../../src/base/world.ts';
import type { Exchange } from './exchange.ts';

/** Of the exchange of a request, what its body needs. */
export type BodySource = Pick<Exchange, 'body' | 'headers' | 'isBodyWhole' | 'stopBody'> & {
  readonly socket: EventEmitter;
};

/**
 * The bytes of a request as they come. No more are taken from the connection than its buffers hold until they
 * are read here: then the sender waits. Its sender may be waited for `requestMs` altogether.
 */
export class IncomingBody {
  readonly #source: BodySource;
  readonly #world: Pick<World, 'clock' | 'timers'>;
  readonly #requestMs: number;
  #bytesRead = 0;
  #gone: AbortController | undefined;
  #isLate = false;
  #waitedMs = 0;
  #sinceMs: number | undefined;
  #wake: (() => void) | undefined;

  constructor(source: BodySource, world: Pick<World, 'clock' | 'timers'>, requestMs: number) {
    this.#source = source;
    this.#world = world;
    this.#requestMs = requestMs;
    const wake = (): void => this.#wake?.();
    source.body
      .on('readable', wake)
      .once('end', wake)
      .once('error', wake)
      .once('close', () => {
        wake();
        this.#gone?.abort(this.#broken());
      });
  }

  /** As its headers say, if they do. */
  get length(): number | undefined {
    const text = this.#source.headers['content-length'];
    return text === undefined ? undefined : Number(text);
  }

  /** Whether all of it was read, or no more will come. */
  get isOver(): boolean {
    return this.#source.body.readableEnded || this.#source.body.destroyed;
  }

  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** Aborts when the client is gone. */
  get gone(): AbortSignal {
    this.#gone ??= new AbortController();
    if (this.#isBroken) this.#gone.abort(this.#broken());
    return this.#gone.signal;
  }

  /** How long its sender was waited for so far; 0 while it is not. */
  lateMs(): number {
    return this.#sinceMs === undefined ? 0 : this.#waitedMs + this.#world.clock.monotonicMs() - this.#sinceMs;
  }

  /** Waits for the sender. Whether there are bytes to read; there are no more where not. Throws when `signal` aborts. */
  async hasMore(signal?: AbortSignal): Promise<boolean> {
    const { body } = this.#source;
    for (;;) {
      signal?.throwIfAborted();
      if (this.#isBroken) throw this.#broken();
      if (body.readableLength > 0) return true;
      if (body.readableEnded) return false;
      await this.#arrival(signal);
    }
  }

  /** All that is there, which is little. */
  read(): Buffer | undefined {
    const chunk: unknown = this.#source.body.read();
    if (!Buffer.isBuffer(chunk)) return undefined;
    this.#bytesRead += chunk.length;
    return chunk;
  }

  /** The same chunk by chunk as they came, so that `use` can give back their memory. */
  readEach(use: (chunk: Buffer) => void): void {
    const { body } = this.#source;
    while (body.readableLength > 0) {
      const first: unknown = body.read(1);
      if (!Buffer.isBuffer(first)) return;
      this.#bytesRead += 1;
      // A chunk goes to the end of its memory, unless others share that.
      const left = first.buffer.byteLength - first.byteOffset - 1;
      const rest: unknown = body.read(Math.min(left, body.readableLength));
      if (!Buffer.isBuffer(rest)) return use(first);
      this.#bytesRead += rest.length;
      if (rest.buffer === first.buffer) use(Buffer.from(first.buffer, first.byteOffset, 1 + rest.length));
      else for (const chunk of [first, rest]) use(chunk);
    }
  }

  /** Tells the sender of an answered request to stop. Where there is no way for that, the rest has to be read. */
  stop(): boolean {
    if (this.#source.stopBody()) return true;
    // Of a request that is answered nobody tells any more when its connection ends.
    const { socket, body } = this.#source;
    const over = (): void => this.destroy();
    socket.once('close', over);
    body.once('end', () => socket.off('close', over)).once('close', () => socket.off('close', over));
    return false;
  }

  /** Ends the connection. */
  destroy(): void {
    this.#source.body.destroy();
  }

  async #arrival(signal: AbortSignal | undefined): Promise<void> {
    const { clock, timers } = this.#world;
    this.#sinceMs = clock.monotonicMs();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    using _deadline = timers.after(Math.max(0, this.#requestMs - this.#waitedMs), () => {
      this.#isLate = true;
      resolve();
    });
    const wake = (): void => resolve();
    signal?.addEventListener('abort', wake);
    this.#source.body.read(0);
    await promise;
    signal?.removeEventListener('abort', wake);
    this.#waitedMs = this.lateMs();
    this.#sinceMs = undefined;
    this.#wake = undefined;
  }

  get #isBroken(): boolean {
    const { body } = this.#source;
    return this.#isLate || (body.readableEnded ? !this.#source.isBodyWhole() : body.destroyed);
  }

  #broken(): StatusError {
    const text = this.#isLate ? 'the request body did not arrive in time' : 'the request body ended early';
    return new StatusError('BadRequest', text, { cause: this.#source.body.errored });
  }
}

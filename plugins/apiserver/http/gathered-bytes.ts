import { StatusError } from '../../../src/api/status-error.ts';
import { BODY_BYTES } from '../limits.ts';
import { giveBack } from './give-back.ts';

/** Where nothing is known of a body, room for so much is made at first. */
const FIRST_BYTES = 64 * 1024;

/**
 * A body that comes in pieces; so that none is copied at a time that takes long, each is once it is there, and its
 * memory given back.
 */
export class GatheredBytes implements Disposable {
  #first: Buffer = EMPTY;
  #room: Buffer<ArrayBuffer> | undefined;
  #length = 0;
  readonly #expected: number;

  constructor(expected = FIRST_BYTES) {
    this.#expected = expected;
  }

  get length(): number {
    return this.#length;
  }

  /** Throws 413 for one beyond `BODY_BYTES`. */
  add(chunk: Buffer = EMPTY): void {
    if (chunk.length === 0) return;
    const length = this.#length + chunk.length;
    if (length > BODY_BYTES) throw tooLarge();
    if (this.#length === 0) this.#first = chunk;
    else {
      const room = this.#roomFor(length);
      if (this.#length === this.#first.length) {
        room.set(this.#first);
        giveBack(this.#first);
      }
      room.set(chunk, this.#length);
      giveBack(chunk);
    }
    this.#length = length;
  }

  /** What was added so far. */
  get all(): Buffer {
    return this.#length === this.#first.length ? this.#first : (this.#room ?? EMPTY).subarray(0, this.#length);
  }

  [Symbol.dispose](): void {
    giveBack(this.#room ?? this.#first);
  }

  #roomFor(length: number): Buffer<ArrayBuffer> {
    const room = this.#room;
    if (room !== undefined && room.length >= length) return room;
    // Memory that is not touched is not taken.
    const wanted = length <= this.#expected ? this.#expected : Math.min(BODY_BYTES, 2 * length);
    this.#room = Buffer.allocUnsafeSlow(wanted);
    if (room !== undefined) {
      this.#room.set(room.subarray(0, this.#length));
      giveBack(room);
    }
    return this.#room;
  }
}

const EMPTY = Buffer.alloc(0);

export const tooLarge = (): StatusError =>
  new StatusError('RequestEntityTooLarge', `Request entity too large: limit is ${BODY_BYTES}`);

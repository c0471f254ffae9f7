import type { Duplex } from 'node:stream';
import { dataHeader } from './frame.ts';

interface Waiting {
  readonly parts: readonly Buffer[];
  readonly sent: (() => void) | undefined;
}

/** Frames on their way out, in order, and no more in the transport than it takes at once. */
export class FrameWriter {
  readonly #transport: Duplex;
  readonly #maxAnswers: number;
  readonly #waiting: Waiting[] = [];
  #answersWaiting = 0;
  /** Frames that are wholly with the kernel. */
  #taken = 0;
  readonly #count = (): void => void (this.#taken += 1);

  constructor(transport: Duplex, maxAnswers: number) {
    this.#transport = transport;
    this.#maxAnswers = maxAnswers;
    transport.on('drain', () => this.#drain());
  }

  /** Whether the client takes less than there is for it. */
  get isHeldBack(): boolean {
    return this.#waiting.length > 0 || this.#transport.writableNeedDrain;
  }

  /** How much the client has taken, in no unit; what moves nothing for a while is deaf. */
  get taken(): number {
    return this.#taken;
  }

  /** Calls `sent` once more may follow; never, where the connection ends first. */
  data(streamId: number, payload: Buffer, fin: boolean, sent: () => void): void {
    const header = dataHeader(streamId, payload.length, fin);
    this.#send({ parts: payload.length === 0 ? [header] : [header, payload], sent });
  }

  /** A frame that the client caused. One that asks on and on and takes no answer is cut off. */
  answer(frame: Buffer): void {
    if (this.isHeldBack && ++this.#answersWaiting > this.#maxAnswers) this.#transport.destroy();
    else this.#send({ parts: [frame], sent: undefined });
  }

  /** Ends the transport with `last` behind all that waits. */
  end(last: Buffer): void {
    for (const waiting of this.#waiting.splice(0)) this.#write(waiting);
    this.#transport.end(last);
  }

  #send(waiting: Waiting): void {
    if (!this.#transport.writable) return;
    if (this.isHeldBack) this.#waiting.push(waiting);
    else this.#write(waiting);
  }

  #write({ parts, sent }: Waiting): void {
    this.#transport.cork();
    for (const part of parts) this.#transport.write(part, this.#count);
    this.#transport.uncork();
    sent?.();
  }

  #drain(): void {
    while (!this.#transport.writableNeedDrain) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#write(next);
    }
    if (this.#waiting.length === 0) this.#answersWaiting = 0;
  }
}

import type { Native } from '../../native/index.ts';
import type { Channel } from '../../native/runtime.ts';
import { CodedError } from '../../src/base/coded-error.ts';
import type { Timers } from '../../src/base/world.ts';
import { must } from '../../src/base/must.ts';
import { LIMITS } from './limits.ts';
import { decodeMessage, encodeMessage, type RequestType } from './protocol.ts';

/** An answer of the shim that says no: errno, and for starts which phase and step failed. */
export class ShimError extends CodedError<'Refused' | 'Lost' | 'DeadlineExceeded' | 'Overloaded'> {
  readonly errno: number;
  readonly body: Buffer;
  constructor(code: ShimError['code'], message: string, errno = 0, body: Buffer = Buffer.alloc(0)) {
    super(code, message);
    this.errno = errno;
    this.body = body;
  }
}

export interface ShimReply {
  readonly body: Buffer;
  /** Descriptors that came along; the receiver closes them. */
  readonly fds: readonly number[];
}

export interface ShimEvents {
  onEvent(type: number, body: Buffer): void;
  /** The connection ended from the other side. */
  onEnd(): void;
}

interface Pending {
  readonly resolve: (reply: ShimReply) => void;
  readonly reject: (error: ShimError) => void;
  readonly deadline: Disposable;
}

/** One connection to one shim: numbered requests, their replies, and events in between. */
export class ShimClient {
  readonly #native: Native;
  readonly #timers: Timers;
  readonly #channel: Channel;
  #events: ShimEvents;
  readonly #pending = new Map<number, Pending>();
  #lastRequest: number;
  #ended = false;

  /** `firstRequest` must differ from the numbers of exec sessions an earlier connection may have left. */
  constructor(native: Native, timers: Timers, socket: number, firstRequest: number, events: ShimEvents) {
    this.#native = native;
    this.#timers = timers;
    this.#events = events;
    this.#lastRequest = firstRequest;
    this.#channel = native.openChannel(
      socket,
      (bytes, fds) => this.#receive(bytes, fds),
      () => this.#end(true),
    );
  }

  /** Rejects with a ShimError. `number` is the request's, which names an exec session afterwards. */
  request(
    type: RequestType,
    body: Uint8Array,
    deadlineMs: number = LIMITS.requestMs,
  ): Promise<ShimReply> & { readonly number: number } {
    const number = this.#nextNumber();
    const reply = new Promise<ShimReply>((resolve, reject) => {
      if (this.#ended) return reject(new ShimError('Lost', 'the shim is gone'));
      if (this.#pending.size >= LIMITS.pendingRequests)
        return reject(new ShimError('Overloaded', 'too many requests wait for the shim'));
      const deadline = this.#timers.after(deadlineMs, () => {
        this.#pending.delete(number);
        reject(new ShimError('DeadlineExceeded', `the shim did not answer within ${deadlineMs} ms`));
      });
      this.#pending.set(number, { resolve, reject, deadline });
      try {
        this.#send(type, number, body);
      } catch (error) {
        this.#settle(number)?.reject(new ShimError('Lost', `cannot reach the shim: ${String(error)}`));
      }
    });
    return Object.assign(reply, { number });
  }

  /** Told from now on, in place of who was. */
  follow(events: ShimEvents): void {
    this.#events = events;
  }

  close(): void {
    this.#end(false);
  }

  #send(type: RequestType, number: number, body: Uint8Array): void {
    if (body.length <= LIMITS.messageBytes) {
      this.#channel.send(encodeMessage(type, number, body), null);
      return;
    }
    if (body.length > LIMITS.planBytes) throw new ShimError('Refused', `a plan of ${body.length} bytes is too large`);
    const memfd = this.#native.sealedMemfd('plan', Buffer.from(body), false);
    try {
      this.#channel.send(encodeMessage(type, number, new Uint8Array(0)), memfd);
    } finally {
      this.#native.closeFd(memfd);
    }
  }

  #receive(bytes: Buffer, fds: readonly number[]): void {
    const message = decodeMessage(bytes);
    if (message === undefined) {
      this.#closeAll(fds);
      return this.#end(true);
    }
    const { header, body } = message;
    if (header.request === 0) return this.#events.onEvent(header.type, body);
    const pending = this.#settle(header.request);
    if (pending === undefined) return this.#closeAll(fds);
    if (header.error === 0) return pending.resolve({ body, fds });
    this.#closeAll(fds);
    pending.reject(
      new ShimError('Refused', `the shim refused with errno ${header.error}`, header.error, Buffer.from(body)),
    );
  }

  #settle(number: number): Pending | undefined {
    const pending = this.#pending.get(number);
    this.#pending.delete(number);
    pending?.deadline[Symbol.dispose]();
    return pending;
  }

  #end(tell: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#channel.close();
    for (const number of this.#pending.keys()) {
      must(this.#settle(number), 'a pending request').reject(new ShimError('Lost', 'the shim is gone'));
    }
    if (tell) this.#events.onEnd();
  }

  #closeAll(fds: readonly number[]): void {
    for (const fd of fds) this.#native.closeFd(fd);
  }

  #nextNumber(): number {
    this.#lastRequest = this.#lastRequest >= 0xffff_fff0 ? 1 : this.#lastRequest + 1;
    return this.#lastRequest;
  }
}

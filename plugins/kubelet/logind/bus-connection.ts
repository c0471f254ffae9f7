import type { Native } from '../../../native/index.ts';
import type { Channel } from '../../../native/runtime.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import { must } from '../../../src/base/must.ts';
import type { Timers } from '../../../src/base/world.ts';
import { BUS_CALL_MS, MAX_BUS_GREETING_BYTES } from '../limits.ts';
import { BusError, decodeMessage, encodeMessage, type BusMessage, type BusValue } from './bus-message.ts';

export type BusNative = Pick<Native, 'connectStream' | 'openChannel' | 'closeFd'>;

export interface BusDeps {
  readonly native: BusNative;
  readonly timers: Timers;
}

export interface BusHandlers {
  /** Told of what is no answer; owns the descriptors that come with it. */
  told(this: void, message: BusMessage, descriptors: readonly number[]): void;
  /** The connection ended from the other side, or by what it said. */
  ended(this: void, error: BusError): void;
}

export interface BusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly BusValue[];
}

export interface BusReply {
  readonly body: readonly BusValue[];
  /** The caller closes them. */
  readonly descriptors: readonly number[];
}

interface Pending {
  readonly resolve: (reply: BusReply) => void;
  readonly reject: (error: BusError) => void;
  readonly late: Disposable;
}

const BUS = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' };

/** A connection to a message bus over its socket, with descriptors (D-Bus specification 0.43). */
export class BusConnection implements Disposable {
  readonly #deps: BusDeps;
  readonly #handlers: BusHandlers;
  readonly #channel: Channel;
  readonly #pending = new Map<number, Pending>();
  #greeting: { readonly resolve: (line: string) => void; readonly reject: (error: BusError) => void } | undefined;
  #received: Buffer = Buffer.alloc(0);
  #descriptors: number[] = [];
  #lastSerial = 0;
  #isOver = false;

  private constructor(deps: BusDeps, path: string, handlers: BusHandlers) {
    this.#deps = deps;
    this.#handlers = handlers;
    this.#channel = deps.native.openChannel(
      deps.native.connectStream(path),
      (bytes, descriptors) => this.#receive(bytes, descriptors),
      () => this.#end(new BusError('Lost', 'the connection to the bus was closed')),
    );
  }

  /** Rejects with `BusError`, or what `connect` failed with. */
  static async open(deps: BusDeps, path: string, handlers: BusHandlers): Promise<BusConnection> {
    const connection = new BusConnection(deps, path, handlers);
    try {
      await connection.#greet();
      await connection.call({ ...BUS, member: 'Hello' });
      return connection;
    } catch (error) {
      connection[Symbol.dispose]();
      throw error;
    }
  }

  /** Rejects with `BusError`. */
  call(call: BusCall): Promise<BusReply> {
    return new Promise((resolve, reject) => {
      if (this.#isOver) return reject(new BusError('Lost', 'the connection to the bus was closed'));
      const serial = this.#nextSerial();
      const late = this.#deps.timers.after(BUS_CALL_MS, () => {
        this.#pending.delete(serial);
        reject(new BusError('DeadlineExceeded', `${call.member} was not answered in ${BUS_CALL_MS / 1000} s`));
      });
      this.#pending.set(serial, { resolve, reject, late });
      this.#write(encodeMessage({ type: 'call', serial, body: [], ...call }), null);
    });
  }

  /** To be told of signals by a rule of the bus. */
  async follow(rule: string): Promise<void> {
    await this.call({ ...BUS, member: 'AddMatch', signature: 's', body: [rule] });
  }

  /** Sends what is no call: the serial is set here. */
  send(message: Omit<BusMessage, 'serial'>, descriptor: number | null = null): void {
    this.#write(encodeMessage({ ...message, serial: this.#nextSerial() }), descriptor);
  }

  [Symbol.dispose](): void {
    this.#close(new BusError('Lost', 'the connection to the bus was closed'));
  }

  async #greet(): Promise<void> {
    // Who this is the bus sees by the socket.
    await this.#said('\0AUTH EXTERNAL\r\n', 'DATA');
    await this.#said('DATA\r\n', 'OK ');
    await this.#said('NEGOTIATE_UNIX_FD\r\n', 'AGREE_UNIX_FD');
    this.#greeting = undefined;
    this.#write(Buffer.from('BEGIN\r\n'), null);
  }

  async #said(line: string, expected: string): Promise<void> {
    const { promise, ...settle } = Promise.withResolvers<string>();
    this.#greeting = settle;
    using _late = this.#deps.timers.after(BUS_CALL_MS, () =>
      settle.reject(new BusError('DeadlineExceeded', 'the bus did not answer')),
    );
    this.#write(Buffer.from(line), null);
    const answer = await promise;
    if (!answer.startsWith(expected)) throw new BusError('Refused', `the bus said ${JSON.stringify(answer)}`);
  }

  #write(bytes: Buffer, descriptor: number | null): void {
    try {
      this.#channel.send(bytes, descriptor);
    } catch (error) {
      this.#end(new BusError('Lost', `cannot reach the bus: ${messageOf(error)}`));
    }
  }

  #receive(bytes: Buffer, descriptors: readonly number[]): void {
    this.#descriptors.push(...descriptors);
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    try {
      if (this.#greeting === undefined) this.#readMessages();
      else this.#readGreeting(this.#greeting.resolve);
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      this.#end(error);
    }
  }

  #readGreeting(resolve: (line: string) => void): void {
    const end = this.#received.indexOf('\r\n');
    if (end < 0) {
      if (this.#received.length > MAX_BUS_GREETING_BYTES) throw new BusError('Malformed', 'the bus greets without end');
      return;
    }
    const line = this.#received.toString('latin1', 0, end);
    this.#received = this.#received.subarray(end + 2);
    resolve(line);
  }

  #readMessages(): void {
    for (let next = decodeMessage(this.#received); next !== undefined; next = decodeMessage(this.#received)) {
      const { message, length } = next;
      this.#received = this.#received.subarray(length);
      const descriptors = this.#descriptors.splice(0, message.descriptors ?? 0);
      this.#take(message, descriptors);
      if (this.#isOver) return;
    }
  }

  #take(message: BusMessage, descriptors: readonly number[]): void {
    if (message.type === 'call' || message.type === 'signal') return this.#handlers.told(message, descriptors);
    const pending = this.#pending.get(message.replySerial ?? 0);
    if (pending === undefined || message.type === 'error') for (const fd of descriptors) this.#deps.native.closeFd(fd);
    if (pending === undefined) return;
    this.#pending.delete(message.replySerial ?? 0);
    pending.late[Symbol.dispose]();
    if (message.type === 'return') return pending.resolve({ body: message.body, descriptors });
    const [why] = message.body;
    const text = typeof why === 'string' ? `: ${why}` : '';
    pending.reject(new BusError('Refused', `${message.errorName ?? 'an error'}${text}`));
  }

  #end(error: BusError): void {
    if (this.#isOver) return;
    const isGreeted = this.#greeting === undefined;
    this.#close(error);
    if (isGreeted) this.#handlers.ended(error);
  }

  #close(error: BusError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#channel.close();
    for (const fd of this.#descriptors.splice(0)) this.#deps.native.closeFd(fd);
    this.#greeting?.reject(error);
    for (const serial of this.#pending.keys()) {
      const pending = must(this.#pending.get(serial), 'a call that waits');
      pending.late[Symbol.dispose]();
      pending.reject(error);
    }
    this.#pending.clear();
  }

  #nextSerial(): number {
    this.#lastSerial = this.#lastSerial >= 0xffff_ffff ? 1 : this.#lastSerial + 1;
    return this.#lastSerial;
  }
}

import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { Server, ServerCredentials, status, type sendUnaryData, type ServerUnaryCall } from '@grpc/grpc-js';
import { getInfo, notifyRegistrationStatus } from '../drivers/registration-rpcs.ts';
import type { Rpc } from '../drivers/rpc.ts';

export interface DriverCall {
  /** `NodeStageVolume`. */
  readonly method: string;
  readonly request: Readonly<Record<string, unknown>>;
}

/** What a driver for tests has of a driver: it is found, answers and remembers what it was asked. */
export class DriverServer implements AsyncDisposable {
  readonly calls: DriverCall[] = [];
  /** What the kubelet told of its registration. */
  readonly registrations: unknown[] = [];
  /** Methods that fail, and with what message. */
  readonly failing = new Map<string, string>();
  readonly #server = new Server();
  #sockets: readonly string[] = [];

  /** Last, the one by which it is found. */
  async listen(...sockets: readonly string[]): Promise<void> {
    this.#sockets = sockets;
    for (const socket of sockets) {
      await mkdir(dirname(socket), { recursive: true });
      // One that was killed leaves its own.
      await rm(socket, { force: true });
      await promisify((done: (error: Error | null) => void) =>
        this.#server.bindAsync(`unix:${socket}`, ServerCredentials.createInsecure(), done),
      )();
    }
  }

  /** Requests of a method, the oldest first. */
  asked(method: string): readonly Readonly<Record<string, unknown>>[] {
    return this.calls.filter(call => call.method === method).map(({ request }) => request);
  }

  answerAs(info: ReturnType<typeof getInfo.answer.decode>): void {
    this.answer(getInfo, () => info);
    this.answer(notifyRegistrationStatus, request => {
      this.registrations.push(request);
      return {};
    });
  }

  answer<Request extends object, Answer>(
    rpc: Rpc<Request, Answer>,
    answer: (request: Request) => Answer | Promise<Answer>,
  ): void {
    const method = rpc.path.slice(rpc.path.lastIndexOf('/') + 1);
    const handle = async (
      { request }: ServerUnaryCall<Request, Answer>,
      done: sendUnaryData<Answer>,
    ): Promise<void> => {
      this.calls.push({ method, request: Object.fromEntries(Object.entries(request)) });
      const failure = this.failing.get(method);
      if (failure !== undefined) return done({ code: status.INTERNAL, details: failure });
      try {
        done(null, await answer(request));
      } catch (error) {
        done({ code: status.UNKNOWN, details: String(error) });
      }
    };
    this.#server.register(
      rpc.path,
      (call: ServerUnaryCall<Request, Answer>, done: sendUnaryData<Answer>) => void handle(call, done),
      rpc.answer.encode,
      rpc.request.decode,
      'unary',
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.forceShutdown();
    for (const socket of this.#sockets) await rm(socket, { force: true });
  }
}

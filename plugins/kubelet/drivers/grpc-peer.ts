import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { must } from '../../../src/base/must.ts';
import type { Timers } from '../../../src/base/world.ts';
import { GrpcError } from './grpc-error.ts';
import { MAX_CSI_MESSAGE_BYTES } from '../limits.ts';
import type { Rpc } from './rpc.ts';

/** Whoever listens at a socket of this machine. */
export interface Peer extends Disposable {
  /** Rejects with `GrpcError`, of `DeadlineExceeded` when there was no answer in time. */
  call<Request, Answer>(rpc: Rpc<Request, Answer>, request: Request, deadlineMs: number): Promise<Answer>;
}

export class GrpcPeer implements Peer {
  readonly #client: Client;
  readonly #timers: Timers;

  constructor(socketPath: string, timers: Timers) {
    this.#client = new Client(`unix:${socketPath}`, credentials.createInsecure(), CHANNEL);
    this.#timers = timers;
  }

  call<Request, Answer>(rpc: Rpc<Request, Answer>, request: Request, deadlineMs: number): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    let isLate = false;
    const call = this.#client.makeUnaryRequest<Request, Answer>(
      rpc.path,
      rpc.request.encode,
      rpc.answer.decode,
      request,
      new Metadata(),
      {},
      (error, answer) => {
        late[Symbol.dispose]();
        if (error === null) resolve(must(answer, 'a message comes with an answer'));
        else if (isLate) reject(new GrpcError(status.DEADLINE_EXCEEDED, 'context deadline exceeded', { cause: error }));
        else reject(new GrpcError(error.code, error.details, { cause: error }));
      },
    );
    const late = this.#timers.after(deadlineMs, () => {
      isLate = true;
      call.cancel();
    });
    return promise;
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}

const CHANNEL = {
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
  'grpc.max_receive_message_length': MAX_CSI_MESSAGE_BYTES,
  'grpc.enable_retries': 0,
  'grpc.enable_channelz': 0,
  'grpc.use_local_subchannel_pool': 1,
};

import {
  Client,
  credentials,
  Metadata,
  type ChannelCredentials,
  type ClientDuplexStream,
  type ServiceError,
} from '@grpc/grpc-js';
import { must } from '../../src/base/must.ts';
import type { World } from '../../src/base/world.ts';
import { StoreError } from '../../src/store/store.ts';
import { isMembersFault, neverLeft, storeErrorOf } from './etcd-error.ts';
import { KEEPALIVE_MS, KEEPALIVE_TIMEOUT_MS, RECONNECT_CAP_MS, REQUEST_MS } from './limits.ts';
import { decodeSnapshot, decodeWatch, encodeWatchCreate, type WatchResponse } from './messages.ts';

export interface ConnectionOptions {
  /** `http://host:port` or `https://host:port`, a member each. */
  readonly endpoints: readonly string[];
  readonly tls: { readonly ca?: Buffer; readonly key?: Buffer; readonly cert?: Buffer };
  readonly world: Pick<World, 'timers'>;
}

export interface Request<T> {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly message: Buffer;
  /** May be asked again of another member though it may have been done. */
  readonly isRepeatable: boolean;
  readonly decode: (bytes: Buffer) => T;
}

export type WatchCall = ClientDuplexStream<Buffer, WatchResponse>;

interface Member {
  readonly endpoint: string;
  readonly client: Client;
}

/** The members of an etcd cluster, of which one is asked until it does not answer. */
export class EtcdConnection implements Disposable {
  readonly #members: readonly Member[];
  readonly #world: ConnectionOptions['world'];
  #current = 0;
  #isClosed = false;

  constructor({ endpoints, tls, world }: ConnectionOptions) {
    this.#world = world;
    this.#members = endpoints.map(endpoint => memberOf(endpoint, tls));
  }

  /** The member that is asked now. */
  get endpoint(): string {
    return this.#member.endpoint;
  }

  /** Rejects with `StoreError`; `Unanswered` when nobody knows whether it was done. */
  async call<T>(request: Request<T>): Promise<T> {
    const deadlineMs = request.isRepeatable && this.#members.length > 1 ? REQUEST_MS / 2 : REQUEST_MS;
    for (let tried = 1; ; tried++) {
      if (this.#isClosed) throw new StoreError('Closed', 'the connection to etcd is closed');
      const member = this.#member;
      const answer = await this.#ask(member, request, deadlineMs);
      if ('value' in answer) return answer.value;
      const { error } = answer;
      if (isMembersFault(error)) this.leave(member.endpoint);
      const mayRepeat = neverLeft(error) || (request.isRepeatable && isMembersFault(error));
      const most = answer.isLate ? this.#members.length : Math.max(this.#members.length, 2);
      if (!mayRepeat || tried >= most) throw storeErrorOf(error, member.endpoint);
    }
  }

  /** A stream of every change from a revision on, which ends when the member has lost its leader. */
  watch(startRevision: number): { readonly call: WatchCall; readonly endpoint: string } {
    const { client, endpoint } = this.#member;
    const metadata = new Metadata();
    metadata.set('hasleader', 'true');
    const call = client.makeBidiStreamRequest<Buffer, WatchResponse>(
      '/etcdserverpb.Watch/Watch',
      asIs,
      decodeWatch,
      metadata,
    );
    call.write(encodeWatchCreate(startRevision));
    return { call, endpoint };
  }

  /** etcd's whole database, piece by piece. */
  async *snapshot(): AsyncGenerator<Buffer, void, undefined> {
    const { client, endpoint } = this.#member;
    const path = '/etcdserverpb.Maintenance/Snapshot';
    const call = client.makeServerStreamRequest<Buffer, Buffer>(
      path,
      asIs,
      decodeSnapshot,
      Buffer.alloc(0),
      new Metadata(),
    );
    try {
      for await (const bytes of call) yield bytes as Buffer;
    } catch (error) {
      throw storeErrorOf(error as ServiceError, endpoint);
    } finally {
      call.cancel();
    }
  }

  /** From now on another member is asked, unless that is so already. */
  leave(endpoint: string): void {
    if (this.endpoint === endpoint) this.#current = (this.#current + 1) % this.#members.length;
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const { client } of this.#members) client.close();
  }

  get #member(): Member {
    return must(this.#members[this.#current], 'there is a member to ask');
  }

  #ask<T>({ client }: Member, { path, message, decode }: Request<T>, deadlineMs: number): Promise<Answered<T>> {
    return new Promise(resolve => {
      const call = client.makeUnaryRequest<Buffer, T>(
        path,
        asIs,
        decode,
        message,
        new Metadata(),
        {},
        (error, value) => {
          late[Symbol.dispose]();
          if (error === null) resolve({ value: must(value, 'a message comes with an answer') });
          else resolve({ error: isLate ? lateError(error, deadlineMs) : error, isLate });
        },
      );
      let isLate = false;
      const late = this.#world.timers.after(deadlineMs, () => {
        isLate = true;
        call.cancel();
      });
    });
  }
}

const lateError = (error: ServiceError, deadlineMs: number): ServiceError =>
  Object.assign(error, { details: `no answer in ${deadlineMs} ms` });

type Answered<T> = { readonly value: T } | { readonly error: ServiceError; readonly isLate: boolean };

const asIs = (bytes: Buffer): Buffer => bytes;

function memberOf(endpoint: string, tls: ConnectionOptions['tls']): Member {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.port === '') {
    throw new StoreError('Failed', `${endpoint} is no endpoint of etcd: it must be http(s)://HOST:PORT`);
  }
  return { endpoint, client: new Client(`dns:${url.host}`, credentialsOf(url, tls), CHANNEL) };
}

function credentialsOf({ protocol }: URL, { ca, key, cert }: ConnectionOptions['tls']): ChannelCredentials {
  return protocol === 'http:'
    ? credentials.createInsecure()
    : credentials.createSsl(ca ?? null, key ?? null, cert ?? null);
}

const CHANNEL = {
  'grpc.keepalive_time_ms': KEEPALIVE_MS,
  'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT_MS,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': RECONNECT_CAP_MS,
  'grpc.enable_retries': 0,
  'grpc.enable_channelz': 0,
  'grpc.use_local_subchannel_pool': 1,
};

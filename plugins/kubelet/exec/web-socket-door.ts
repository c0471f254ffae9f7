import type { IncomingMessage } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { StatusError } from '../../../src/api/status-error.ts';
import type { Upgrade } from '../contract.ts';
import { MAX_EXEC_BUFFERED_BYTES, MAX_EXEC_MESSAGE_BYTES } from '../limits.ts';

export interface OpenWebSocket {
  readonly socket: WebSocket;
  /** The subprotocol that is spoken. */
  readonly name: string;
}

export const isWebSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === 'websocket';

/** Answers handshakes of clients that speak one of some subprotocols. */
export class WebSocketDoor {
  readonly #names: ReadonlySet<string>;
  readonly #unnamed: string;
  readonly #agreed = new WeakMap<IncomingMessage, string>();
  readonly #server: WebSocketServer;

  /** A client that names no protocol speaks `unnamed`. */
  constructor(names: Iterable<string>, unnamed: string) {
    this.#names = new Set(names);
    this.#unnamed = unnamed;
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: MAX_EXEC_MESSAGE_BYTES,
      perMessageDeflate: false,
      // Pongs are sent below, where they do not pile up.
      autoPong: false,
    });
    this.#server.on('headers', (headers, request) => {
      const name = this.#agreed.get(request);
      if (name !== undefined) headers.push(`Sec-WebSocket-Protocol: ${name}`);
    });
  }

  /** Throws, or rejects with, a `StatusError` where the client speaks no protocol of ours. */
  accept({ raw, socket, head }: Upgrade): Promise<OpenWebSocket> {
    const offered = (raw.headers['sec-websocket-protocol'] ?? '').split(',').map(each => each.trim());
    const agreed = offered.find(each => this.#names.has(each));
    const name = agreed ?? (offered.join('') === '' ? this.#unnamed : undefined);
    if (name === undefined) {
      throw new StatusError(
        'BadRequest',
        `unable to upgrade: none of the offered protocols is known: ${offered.join(', ')}`,
      );
    }
    // The library takes only names that RFC 6455 allows, of which "SPDY/3.1+portforward.k8s.io" is none.
    delete raw.headers['sec-websocket-protocol'];
    if (agreed !== undefined) this.#agreed.set(raw, agreed);
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      this.#server.handleUpgrade(raw, socket, head, webSocket => {
        socket.off('error', reject);
        // A broken connection also closes, and that is what is waited for.
        webSocket.on('error', () => webSocket.terminate());
        webSocket.on('ping', (data: Buffer) => {
          if (webSocket.bufferedAmount < MAX_EXEC_BUFFERED_BYTES) webSocket.pong(data);
        });
        resolve({ socket: webSocket, name });
      });
    });
  }
}

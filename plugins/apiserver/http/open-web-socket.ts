import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';

/** A connection that is to be upgraded. */
export interface Upgraded {
  readonly raw: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** What a client may send, of which nothing is read: enough to close. */
const MAX_MESSAGE_BYTES = 1024;

export const isWebSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === 'websocket';

/** One that is empty where none is offered. */
export const offeredProtocols = (headers: IncomingHttpHeaders): readonly string[] =>
  (headers['sec-websocket-protocol'] ?? '').split(',').map(each => each.trim());

/** Accepts a WebSocket to which is only sent, by the subprotocol `name`, or by none where that is empty. */
export function openWebSocket(
  { raw, socket, head }: Upgraded,
  name: string,
  headers: readonly string[] = [],
): Promise<WebSocket> {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: () => (name === '' ? false : name),
  });
  server.on('headers', lines => lines.push(...headers));
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    server.handleUpgrade(raw, socket, head, webSocket => {
      socket.off('error', reject);
      // A broken connection also closes, and then nothing more is sent.
      webSocket.on('error', () => webSocket.terminate());
      resolve(webSocket);
    });
  });
}

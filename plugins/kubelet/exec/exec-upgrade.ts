import { STATUS_CODES as HTTP_STATUS } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { StatusError } from '../../../src/api/status-error.ts';
import type { Upgrade } from '../contract.ts';
import { MAX_EXEC_BUFFERED_BYTES, MAX_EXEC_MESSAGE_BYTES } from '../limits.ts';
import { PROTOCOLS, type ChannelProtocol } from './channel-protocol.ts';

const server = new WebSocketServer({
  noServer: true,
  maxPayload: MAX_EXEC_MESSAGE_BYTES,
  perMessageDeflate: false,
  // Pongs are sent below, where they do not pile up.
  autoPong: false,
  handleProtocols: offered => [...offered].find(name => PROTOCOLS.has(name)) ?? false,
});

export interface OpenChannel {
  readonly socket: WebSocket;
  readonly protocol: ChannelProtocol;
}

/** Answers the handshake; rejects with a `StatusError` where the client speaks no protocol of ours. */
export function acceptUpgrade({ raw, socket, head }: Upgrade): Promise<OpenChannel> {
  const offered = (raw.headers['sec-websocket-protocol'] ?? '').split(',').map(name => name.trim());
  if (raw.headers.upgrade?.toLowerCase() !== 'websocket') {
    const upgrade = raw.headers.upgrade ?? '';
    throw new StatusError(
      'BadRequest',
      `unable to upgrade: only WebSocket connections are streamed here, not ${JSON.stringify(upgrade)}`,
    );
  }
  // A client that names none speaks the first version.
  const name = offered.find(each => PROTOCOLS.has(each)) ?? (offered.join('') === '' ? 'channel.k8s.io' : undefined);
  const protocol = name === undefined ? undefined : PROTOCOLS.get(name);
  if (protocol === undefined) {
    throw new StatusError(
      'BadRequest',
      `unable to upgrade: none of the offered protocols is known: ${offered.join(', ')}`,
    );
  }
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    server.handleUpgrade(raw, socket, head, webSocket => {
      socket.off('error', reject);
      // A broken connection also closes, and that is what is waited for.
      webSocket.on('error', () => webSocket.terminate());
      webSocket.on('ping', (data: Buffer) => {
        if (webSocket.bufferedAmount < MAX_EXEC_BUFFERED_BYTES) webSocket.pong(data);
      });
      resolve({ socket: webSocket, protocol });
    });
  });
}

/** Answers a request for an upgrade with an error; the connection ends. */
export function refuseUpgrade(socket: Duplex, { status }: StatusError): void {
  const body = JSON.stringify(status);
  socket.end(
    [
      `HTTP/1.1 ${status.code} ${HTTP_STATUS[status.code] ?? 'Error'}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

import type { Server, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** In the words of Go's server, which its clients and people who forget an `s` know. */
const ANSWER = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';

/** Tells who speaks HTTP to a port of TLS so. It is told when the handshake fails, at no cost to others but an entry. */
export function answerPlainHttp(server: Server): void {
  const connections = new Map<string, Socket>();
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket);
    connections.set(peer, socket);
    socket.once('close', () => {
      if (connections.get(peer) === socket) connections.delete(peer);
    });
  });
  // The connection below is not destroyed until all have heard of the error.
  server.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    if (error.code === 'ERR_SSL_HTTP_REQUEST') connections.get(peerOf(socket))?.write(ANSWER);
  });
}

const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;

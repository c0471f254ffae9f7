import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Timers } from '../../../src/base/world.ts';
import type { ChannelProtocol } from '../exec/channel-protocol.ts';
import { EXEC_PING_MS, MAX_EXEC_BUFFERED_BYTES } from '../limits.ts';
import { forwardFailure, type ForwardTarget } from './forward-target.ts';

/**
 * Serves the older protocol of port-forward: one connection for each of the ports, on two channels of one WebSocket,
 * data and errors; each begins with the port. Resolves when all are over, or the client has left.
 */
export async function forwardOverWebSocket(
  socket: WebSocket,
  protocol: ChannelProtocol,
  ports: readonly number[],
  target: ForwardTarget,
  timers: Timers,
): Promise<void> {
  using _ping = timers.every(EXEC_PING_MS, () => void (socket.bufferedAmount === 0 && socket.ping()));
  const left = new Promise<void>(resolve => void socket.once('close', resolve));
  socket.pause();
  const send = (channel: number, payload: Uint8Array): Promise<void> =>
    sendOn(socket, protocol.encode(channel, payload));
  const connections = await Promise.all(
    ports.map(async (port, index) => {
      const [data, error] = [2 * index, 2 * index + 1];
      for (const channel of [data, error]) await send(channel, littleEndian(port));
      try {
        return await target.dial(port);
      } catch (failure) {
        await send(error, Buffer.from(forwardFailure(target, port, failure)));
        return undefined;
      }
    }),
  );
  void left.then(() => connections.forEach(connection => connection?.destroy()));
  if (socket.readyState !== socket.OPEN) connections.forEach(connection => connection?.destroy());
  receive(socket, protocol, connections);
  await Promise.all(
    connections.map(async (connection, index) => connection && pump(connection, data => send(2 * index, data))),
  );
  socket.resume();
  socket.close(1000);
}

function receive(socket: WebSocket, protocol: ChannelProtocol, connections: readonly (Socket | undefined)[]): void {
  for (const connection of connections) {
    connection?.on('error', () => connection.destroy());
    connection?.on('drain', () => socket.resume());
    connection?.on('close', () => socket.resume());
  }
  socket.on('message', (message: Buffer) => {
    const { channel = 1, payload } = protocol.decode(message) ?? {};
    const connection = channel % 2 === 0 ? connections[channel / 2] : undefined;
    if (payload === undefined || connection?.writable !== true || payload.length === 0) return;
    if (!connection.write(payload)) socket.pause();
  });
  socket.resume();
}

/** The end of what the pod sends is the end of the connection: the protocol knows no half of one. */
async function pump(connection: Socket, send: (data: Buffer) => Promise<void>): Promise<void> {
  const closed = once(connection, 'close');
  try {
    for await (const chunk of connection as AsyncIterable<Buffer>) await send(chunk);
  } catch {
    // Broken off by the pod, or because the client has left: either way it is over.
  }
  connection.destroy();
  await closed;
}

/** Resolves when little enough waits to be sent; at once where nobody listens any more. */
function sendOn(socket: WebSocket, message: Buffer | string): Promise<void> {
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  return new Promise(resolve => {
    socket.send(message, () => resolve());
    if (socket.bufferedAmount < MAX_EXEC_BUFFERED_BYTES) resolve();
  });
}

function littleEndian(port: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(port);
  return bytes;
}

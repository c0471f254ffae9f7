import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { failedWith } from '../../../src/base/failed-with.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import { isReason } from '../failures.ts';
import type { RestClient } from '../rest/rest-client.ts';
import type { Terminal } from '../terminal.ts';
import { sent } from './remote-command.ts';
import { openWebSocket } from './web-socket.ts';

export interface ForwardOptions {
  readonly client: RestClient;
  readonly namespace: string;
  readonly pod: string;
  readonly address: string;
  /** 0 for any. */
  readonly local: number;
  readonly remote: number;
  readonly terminal: Terminal;
  /** The pod is there no more. */
  readonly onLost: () => void;
}

export interface Forward {
  /** The port here. */
  readonly local: number;
  readonly close: () => void;
}

/** Listens here for what goes to a port of a pod; or why this cannot be. */
export async function forwardPort(options: ForwardOptions): Promise<Forward | { readonly problem: string }> {
  const { address, local, remote, terminal } = options;
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    terminal.out(`Handling connection for ${portOf(server.address())}\n`);
    void relay(options, socket);
  });
  const shown = address.includes(':') ? `[${address}]` : address;
  try {
    await once(server.listen(local, address), 'listening');
  } catch (error) {
    return { problem: `listen tcp${address.includes(':') ? 6 : 4} ${shown}:${local}: bind: ${reasonOf(error)}` };
  }
  terminal.out(`Forwarding from ${shown}:${portOf(server.address())} -> ${remote}\n`);
  return {
    local: portOf(server.address()),
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'cannot assign requested address',
  EAFNOSUPPORT: 'address family not supported by protocol',
};

const reasonOf = (error: unknown): string =>
  Object.entries(REASONS).find(([code]) => failedWith(error, code))?.[1] ?? messageOf(error);

const portOf = (address: string | AddressInfo | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0;

const [DATA, ERROR] = [0, 1];
/** Each channel begins with its port. */
const PORT_BYTES = 2;

/** Carries one connection over a WebSocket of its own, whose channels are data and errors. */
async function relay(options: ForwardOptions, socket: Socket): Promise<void> {
  const { client, namespace, pod, remote, terminal, onLost } = options;
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/portforward`;
  try {
    const tunnel = await openWebSocket(client, path, [['ports', String(remote)]], ['v4.channel.k8s.io']);
    const seen = new Set<number>();
    tunnel.on('message', (message: Buffer) => {
      const channel = message[0] ?? ERROR;
      const payload = message.subarray(seen.has(channel) ? 1 : 1 + PORT_BYTES);
      seen.add(channel);
      if (payload.length === 0) return;
      if (channel === ERROR) tellFailure(options, socket.localPort ?? 0, payload.toString('utf8'));
      else if (channel === DATA && !socket.write(payload)) tunnel.pause();
    });
    socket.on('drain', () => tunnel.resume());
    const closed = once(tunnel, 'close');
    socket.once('close', () => tunnel.close());
    void closed.then(() => socket.end());
    for await (const chunk of socket) {
      await sent(tunnel, Buffer.concat([Buffer.from([DATA]), chunk as Buffer]));
    }
    await closed;
  } catch (error) {
    socket.destroy();
    if (isReason(error, 'NotFound')) onLost();
    else terminal.err(`error: ${messageOf(error)}\n`);
  }
}

function tellFailure({ terminal, remote }: ForwardOptions, local: number, message: string): void {
  const at = '"Unhandled Error" err=';
  terminal.err(`E portforward ${at}"an error occurred forwarding ${local} -> ${remote}: ${message}"\n`);
}

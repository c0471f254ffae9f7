import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { badRequestError } from '../../../src/api/status-error.ts';
import type { StreamAnswer } from '../contract.ts';
import { offeredProtocols, openWebSocket } from './open-web-socket.ts';

/** How a chunk becomes a message, by the subprotocol; without one it is as bytes. */
const CODECS = new Map<string, (chunk: Uint8Array) => Uint8Array | string>([
  ['', chunk => chunk],
  ['binary.k8s.io', chunk => chunk],
  ['base64.binary.k8s.io', chunk => Buffer.from(chunk).toString('base64')],
]);

const NORMAL_CLOSURE = 1000;

/**
 * Sends a stream as messages of a WebSocket, as apimachinery's wsstream does. What `run` throws before its first word
 * is thrown; afterwards the connection ends.
 */
export async function streamOverWebSocket(
  raw: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  run: (answer: StreamAnswer) => Promise<void>,
): Promise<void> {
  const name = chosenProtocol(raw);
  const encode = CODECS.get(name);
  if (encode === undefined) throw badRequestError(`requested protocol(s) are not supported: ${JSON.stringify(name)}`);
  let opened: Promise<WebSocket> | undefined;
  const open = (): Promise<WebSocket> => (opened ??= openWebSocket({ raw, socket, head }, name));
  const write = async (chunk: Uint8Array): Promise<void> => {
    const webSocket = await open();
    await new Promise<void>((resolve, reject) => {
      webSocket.send(encode(chunk), error => (error ? reject(error) : resolve()));
    });
  };
  try {
    await run({ head: () => void open(), write });
  } catch (error) {
    if (opened === undefined) throw error;
    (await opened).terminate();
    return;
  }
  (await open()).close(NORMAL_CLOSURE);
}

/** The first that is known of those offered, or all of them where none is. */
function chosenProtocol({ headers }: IncomingMessage): string {
  const offered = offeredProtocols(headers);
  return offered.find(each => CODECS.has(each)) ?? offered.join();
}

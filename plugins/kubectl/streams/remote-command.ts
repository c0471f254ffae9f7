import { once } from 'node:events';
import type { WebSocket } from 'ws';
import { fieldsAt, listAt, textAt } from '../dig.ts';
import { BareFailure, Failure } from '../failures.ts';
import { isRecord } from '../../../src/base/is-record.ts';
import type { RestClient } from '../rest/rest-client.ts';
import type { Terminal } from '../terminal.ts';
import { openWebSocket } from './web-socket.ts';

export interface RemoteCommand {
  readonly path: string;
  readonly query: readonly (readonly [string, string])[];
  readonly stdin: AsyncIterable<Uint8Array> | undefined;
  readonly stdout: (bytes: Uint8Array) => void | Promise<void>;
  readonly stderr: (bytes: Uint8Array) => void;
  /** Follows the size of this window. */
  readonly terminal: Pick<Terminal, 'size' | 'onResize'> | undefined;
}

const [STDIN, STDOUT, STDERR, ERROR, RESIZE, CLOSE] = [0, 1, 2, 3, 4, 255];
const MAX_BUFFERED_BYTES = 1024 * 1024;

/** Runs what the server makes of a command, its streams here, to its end; throws for one that failed. */
export async function runRemotely(client: RestClient, command: RemoteCommand): Promise<void> {
  const socket = await openWebSocket(client, command.path, command.query, ['v5.channel.k8s.io', 'v4.channel.k8s.io']);
  let status: unknown;
  let written = Promise.resolve();
  socket.on('message', (data: Buffer) => {
    const [channel, payload] = [data[0], data.subarray(1)];
    if (channel === STDERR) command.stderr(payload);
    else if (channel === ERROR) status = parsedStatus(payload);
    else if (channel === STDOUT) {
      socket.pause();
      written = written.then(() => command.stdout(payload)).finally(() => socket.resume());
    }
  });
  const closed = once(socket, 'close');
  using _resizing = followSize(socket, command.terminal);
  // What stdin still has to say is of no interest to a command that has ended.
  if (command.stdin !== undefined) void sendInput(socket, command.stdin).catch(() => socket.terminate());
  await closed;
  await written;
  throwStatus(status);
}

function parsedStatus(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return { status: 'Failure', message: payload.toString('utf8') };
    throw error;
  }
}

async function sendInput(socket: WebSocket, input: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const chunk of input) {
    if (socket.readyState !== socket.OPEN) return;
    await sent(socket, Buffer.concat([Buffer.from([STDIN]), Buffer.from(chunk)]));
  }
  if (socket.readyState === socket.OPEN && socket.protocol.startsWith('v5')) socket.send(Buffer.from([CLOSE, STDIN]));
}

/** Resolves once little enough waits to be sent. */
export function sent(socket: WebSocket, message: Uint8Array): Promise<void> {
  return new Promise(resolve => {
    socket.send(message, () => resolve());
    if (socket.bufferedAmount < MAX_BUFFERED_BYTES) resolve();
  });
}

function followSize(socket: WebSocket, terminal: RemoteCommand['terminal']): Disposable {
  if (terminal === undefined) return { [Symbol.dispose]: () => undefined };
  const tell = (): void => {
    const { rows, columns } = terminal.size();
    if (rows === 0 || socket.readyState !== socket.OPEN) return;
    const size = JSON.stringify({ Width: columns, Height: rows });
    socket.send(Buffer.concat([Buffer.from([RESIZE]), Buffer.from(size)]));
  };
  tell();
  return terminal.onResize(tell);
}

function throwStatus(status: unknown): void {
  if (status === undefined) throw new Failure('the connection to the server ended before the command did');
  if (!isRecord(status) || textAt(status, 'status') === 'Success') return;
  if (textAt(status, 'reason') !== 'NonZeroExitCode') throw new Failure(textAt(status, 'message'));
  const causes = listAt(fieldsAt(status, 'details'), 'causes');
  const code = Number(
    textAt(
      causes.find(cause => textAt(cause, 'reason') === 'ExitCode'),
      'message',
    ),
  );
  throw new ExitFailure(code);
}

/** A command that ended with another exit code than 0. */
export class ExitFailure extends BareFailure {
  constructor(exitCode: number) {
    super(`command terminated with exit code ${exitCode}`, exitCode);
  }
}

import type { WebSocket } from 'ws';
import type { RawApi } from './raw-api.ts';

export interface ExecEnd {
  readonly closeCode: number;
  /** What the error channel said, parsed. */
  readonly status: { readonly status?: string; readonly message?: string; readonly details?: unknown };
}

/** One exec over the wire's own messages, so that a test may send what no client would. */
export class ExecClient {
  readonly socket: WebSocket;
  output = '';
  #error = '';
  readonly ended: Promise<ExecEnd>;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      const text = data.toString('utf8', 1);
      if (data[0] === 3) this.#error += text;
      else this.output += text;
    });
    // What breaks also closes, and that is what is told.
    socket.on('error', () => undefined);
    this.ended = new Promise(done => {
      socket.once('close', closeCode => done({ closeCode, status: JSON.parse(this.#error || '{}') as object }));
    });
  }

  static async open(
    api: RawApi,
    pod: string,
    script: string,
    { tty = false, verb = 'exec' }: { readonly tty?: boolean; readonly verb?: 'exec' | 'attach' } = {},
  ): Promise<ExecClient> {
    const query = new URLSearchParams({ stdin: 'true', stdout: 'true', stderr: String(!tty), tty: String(tty) });
    if (verb === 'exec') for (const word of ['sh', '-c', script]) query.append('command', word);
    return new ExecClient(await api.stream(`/api/v1/namespaces/default/pods/${pod}/${verb}?${query.toString()}`));
  }

  /** What a command of a container printed; without standard input. */
  static async printed(
    api: RawApi,
    { namespace, pod, container }: { readonly namespace: string; readonly pod: string; readonly container: string },
    command: readonly string[],
  ): Promise<string> {
    const query = new URLSearchParams({ container, stdout: 'true', stderr: 'true' });
    for (const word of command) query.append('command', word);
    const path = `/api/v1/namespaces/${namespace}/pods/${pod}/exec?${query.toString()}`;
    const client = new ExecClient(await api.stream(path));
    const { status } = await client.ended;
    if (status.status !== 'Success') throw new Error(`${pod} could not run ${command[0] ?? ''}: ${status.message}`);
    return client.output;
  }

  send(channel: number, payload: string | Buffer): void {
    this.socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(payload)]));
  }

  type(text: string): void {
    this.send(0, text);
  }

  resize(text: string): void {
    this.send(4, text);
  }

  /** Bytes straight into the connection. */
  raw(bytes: Buffer): void {
    (this.socket as unknown as { readonly _socket: { write(bytes: Buffer): void } })._socket.write(bytes);
  }

  leave(): void {
    this.socket.terminate();
  }
}

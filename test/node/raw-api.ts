import { readFile } from 'node:fs/promises';
import { Agent, request, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { parse } from 'yaml';

export interface RawAnswer {
  readonly code: number;
  readonly body: string;
}

interface KubeconfigView {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
  }[];
  readonly users: readonly {
    readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string };
  }[];
}

/** The API with nothing between: no retries, no cache, so that a test sees each answer and each broken connection. */
export class RawApi {
  readonly #server: string;
  readonly #agent: Agent;

  private constructor(server: string, agent: Agent) {
    this.#server = server;
    this.#agent = agent;
  }

  static async from(kubeconfig: string): Promise<RawApi> {
    const { clusters, users } = parse(await readFile(kubeconfig, 'utf8')) as KubeconfigView;
    const [cluster, user] = [clusters[0]?.cluster, users[0]?.user];
    if (cluster === undefined || user === undefined) throw new Error(`${kubeconfig} names no cluster`);
    const decoded = (text: string): Buffer => Buffer.from(text, 'base64');
    const agent = new Agent({
      keepAlive: true,
      ca: decoded(cluster['certificate-authority-data']),
      cert: decoded(user['client-certificate-data']),
      key: decoded(user['client-key-data']),
    });
    return new RawApi(cluster.server, agent);
  }

  /** Rejects when the connection breaks before the whole answer is there: then nobody knows what happened. */
  async send(method: string, path: string, body?: object): Promise<RawAnswer> {
    const response = await this.#open(method, path, body);
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
    if (!response.complete) throw new Error('the answer broke off');
    return { code: response.statusCode ?? 0, body: text };
  }

  async json<T>(path: string): Promise<T> {
    const { code, body } = await this.send('GET', path);
    if (code !== 200) throw new Error(`GET ${path} answered ${code}: ${body}`);
    return JSON.parse(body) as T;
  }

  /** Whole lines of a watch or a followed log, until the connection ends in whatever way. */
  async *lines(path: string, signal: AbortSignal): AsyncGenerator<string> {
    const response = await this.#open('GET', path, undefined, { signal });
    if (response.statusCode !== 200) {
      response.resume();
      throw new Error(`GET ${path} answered ${response.statusCode}`);
    }
    let rest = '';
    try {
      for await (const chunk of response.setEncoding('utf8')) {
        const parts = (rest + String(chunk)).split('\n');
        rest = parts.pop() ?? '';
        yield* parts;
      }
    } catch (error) {
      if (!response.destroyed) throw error;
    }
  }

  /** A stream of exec or attach; resolves once it stands. */
  stream(path: string): Promise<WebSocket> {
    const address = new URL(path, this.#server.replace(/^http/, 'ws'));
    const socket = new WebSocket(address, ['v5.channel.k8s.io'], this.#credentials);
    return new Promise((done, failed) => {
      socket.once('open', () => done(socket));
      socket.once('error', failed);
    });
  }

  /** A connection that was upgraded to SPDY. */
  upgrade(path: string, protocol: string): Promise<Socket> {
    const headers = { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': protocol };
    const sent = request(new URL(path, this.#server), {
      ...this.#credentials,
      agent: false,
      method: 'POST',
      headers,
    });
    return new Promise((done, failed) => {
      sent.once('upgrade', (_answer, socket: Socket) => done(socket));
      sent.once('response', ({ statusCode }) => failed(new Error(`not upgraded: ${statusCode}`)));
      sent.once('error', failed);
      sent.end();
    });
  }

  get #credentials() {
    const { ca, cert, key } = this.#agent.options;
    return {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    };
  }

  close(): void {
    this.#agent.destroy();
  }

  #open(method: string, path: string, body?: object, more: RequestOptions = {}): Promise<IncomingMessage> {
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    return new Promise((done, failed) => {
      const sent = request(new URL(path, this.#server), { method, agent: this.#agent, headers, ...more }, done);
      sent.once('error', failed);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

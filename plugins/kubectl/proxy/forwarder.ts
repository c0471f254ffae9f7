import type { Agent, ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline, type Duplex } from 'node:stream';
import { http } from '../../../src/base/http.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import type { Timers } from '../../../src/base/world.ts';
import type { RestClient } from '../rest/rest-client.ts';
import { forwardedHeaders, returnedHeaders } from './proxied-headers.ts';
import { sendText } from './send-text.ts';

const CONNECT_TIMEOUT_MS = 30_000;

export interface ForwarderOptions {
  readonly client: RestClient;
  readonly timers: Timers;
  /** How long a connection is idle before it is probed; 0 for the system's own period. */
  readonly keepAliveMs: number;
  readonly tellFailure: (message: string) => void;
}

/** Carries requests and upgraded connections to a cluster as the user of a kubeconfig. */
export class Forwarder implements Disposable {
  readonly #options: ForwarderOptions;
  readonly #server: URL;
  readonly #agent: Agent;

  constructor(options: ForwarderOptions) {
    this.#options = options;
    this.#server = new URL(options.client.access.server);
    const keepAlive = { keepAlive: true, ...(options.keepAliveMs > 0 ? { keepAliveMsecs: options.keepAliveMs } : {}) };
    this.#agent = this.#server.protocol === 'https:' ? new HttpsAgent(keepAlive) : new http.Agent(keepAlive);
  }

  /** `path` with its query. */
  async forward(request: IncomingMessage, answer: ServerResponse, path: string): Promise<void> {
    try {
      await this.#options.client.ready();
    } catch (error) {
      this.#options.tellFailure(`Error while proxying request: ${messageOf(error)}`);
      return sendText(answer, 500, messageOf(error));
    }
    const onward = this.#request(request, path, false);
    onward.once('response', response => {
      answer.writeHead(response.statusCode ?? 502, response.statusMessage, returnedHeaders(response));
      answer.flushHeaders();
      pipeline(response, answer, () => undefined);
    });
    onward.on('error', error => {
      if (answer.destroyed) return;
      this.#options.tellFailure(`Error while proxying request: ${goWords(error)}`);
      sendText(answer, 500, goWords(error));
    });
    answer.once('close', () => onward.destroy());
    pipeline(request, onward, () => undefined);
  }

  async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, path: string): Promise<void> {
    try {
      await this.#options.client.ready();
    } catch (error) {
      this.#options.tellFailure(`Error while proxying request: ${messageOf(error)}`);
      socket.destroy();
      return;
    }
    const onward = this.#request(request, path, true);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => onward.destroy());
    onward.once('upgrade', (response, backend, first) => {
      backend.on('error', () => backend.destroy());
      socket.write(headOf(response));
      socket.write(first);
      backend.write(head);
      pipeline(socket, backend, socket, () => {
        socket.destroy();
        backend.destroy();
      });
    });
    onward.once('response', response => {
      socket.write(headOf(response, ['connection: close']));
      pipeline(response, socket, () => undefined);
    });
    onward.on('error', error => {
      if (socket.destroyed) return;
      this.#options.tellFailure(`Error while proxying request: ${goWords(error)}`);
      const body = `${goWords(error)}\n`;
      const headers = `Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
      socket.end(`HTTP/1.1 500 Internal Server Error\r\n${headers}Connection: close\r\n\r\n${body}`);
    });
    onward.end();
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  #request(request: IncomingMessage, path: string, isUpgrade: boolean): ClientRequest {
    const { client, timers } = this.#options;
    const isSecure = this.#server.protocol === 'https:';
    const start = isSecure ? httpsRequest : http.request;
    const onward = start({
      ...(isSecure ? client.tls() : {}),
      agent: this.#agent,
      hostname: this.#server.hostname.replaceAll(/[[\]]/g, ''),
      port: this.#server.port || (isSecure ? 443 : 80),
      path,
      method: request.method ?? 'GET',
      headers: [...forwardedHeaders(request, client.headers(), this.#server.host, isUpgrade)],
      maxHeaderSize: 1024 * 1024,
    });
    const refused = timers.after(CONNECT_TIMEOUT_MS, () => {
      if (onward.socket?.connecting !== false) onward.destroy(new Error('i/o timeout'));
    });
    onward.once('close', () => refused[Symbol.dispose]());
    return onward;
  }
}

function headOf(response: IncomingMessage, more: readonly string[] = []): string {
  const own = more.length === 0 ? response.rawHeaders : returnedHeaders(response);
  const lines = own.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${own[i + 1] ?? ''}`] : []));
  return `HTTP/1.1 ${response.statusCode} ${response.statusMessage}\r\n${[...lines, ...more].join('\r\n')}\r\n\r\n`;
}

/** What Go says of a connection that was not made. */
function goWords(error: Error): string {
  const { code, address, port } = error as Error & { code?: string; address?: string; port?: number };
  if (code !== 'ECONNREFUSED') return messageOf(error);
  const host = address?.includes(':') === true ? `[${address}]` : address;
  return `dial tcp ${host}:${port}: connect: connection refused`;
}

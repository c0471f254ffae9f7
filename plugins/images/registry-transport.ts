import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { World } from '../../src/base/world.ts';
import { IMAGE_LIMITS } from './limits.ts';
import type { EndpointTls } from './registries.ts';

/** One HTTP exchange: no redirects followed, no retries, deadlines kept. */
export interface Exchange {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}

export interface Ask {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly content?: string;
  readonly tls: EndpointTls;
  readonly signal: AbortSignal;
}

/** How long a registry may be silent, in milliseconds. */
export interface Deadlines {
  readonly headersMs: number;
  readonly idleBodyMs: number;
}

/** Connections to registries, kept open between requests. undici is loaded when the first image is pulled. */
export class RegistryTransport {
  readonly #env: World['processes']['env'];
  readonly #deadlines: Deadlines;
  readonly #dispatchers = new Map<string, Promise<Dispatcher>>();

  constructor(world: World, deadlines: Deadlines = IMAGE_LIMITS) {
    this.#env = world.processes.env;
    this.#deadlines = deadlines;
  }

  async exchange({ method, url, headers, content, tls, signal }: Ask): Promise<Exchange> {
    const { request } = await import('undici');
    const {
      statusCode,
      headers: answered,
      body,
    } = await request(url, {
      method,
      dispatcher: await this.#dispatcher(tls),
      // Nothing is decoded in transit: digests are of the bytes as stored.
      headers: { 'accept-encoding': 'identity', 'user-agent': 'tiphys', ...headers },
      body: content ?? null,
      headersTimeout: this.#deadlines.headersMs,
      bodyTimeout: this.#deadlines.idleBodyMs,
      signal,
    });
    return { status: statusCode, headers: answered, body };
  }

  async close(): Promise<void> {
    const dispatchers = await Promise.all(this.#dispatchers.values());
    this.#dispatchers.clear();
    await Promise.all(dispatchers.map(dispatcher => dispatcher.destroy()));
  }

  #dispatcher(tls: EndpointTls): Promise<Dispatcher> {
    const key = JSON.stringify(tls);
    const dispatcher = this.#dispatchers.get(key) ?? this.#connect(tls);
    this.#dispatchers.set(key, dispatcher);
    return dispatcher;
  }

  async #connect({ ca, cert, key, insecure }: EndpointTls): Promise<Dispatcher> {
    const { Agent, EnvHttpProxyAgent } = await import('undici');
    const env = (name: string): string | undefined => this.#env[name] ?? this.#env[name.toLowerCase()];
    const connect = {
      timeout: IMAGE_LIMITS.connectMs,
      rejectUnauthorized: !insecure,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    };
    const [httpProxy, httpsProxy] = [env('HTTP_PROXY'), env('HTTPS_PROXY')];
    if (httpProxy === undefined && httpsProxy === undefined) return new Agent({ connect, connections: 16 });
    return new EnvHttpProxyAgent({
      connect,
      requestTls: connect,
      ...(httpProxy === undefined ? {} : { httpProxy }),
      ...(httpsProxy === undefined ? {} : { httpsProxy }),
      noProxy: env('NO_PROXY') ?? '',
    });
  }
}

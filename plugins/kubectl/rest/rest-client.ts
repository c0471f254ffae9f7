import { Agent, request, type Dispatcher } from 'undici';
import type { Access } from '../config/access.ts';
import type { Credentials } from '../config/exec-credentials.ts';
import { isRecord } from '../../../src/base/is-record.ts';
import { failedWith } from '../../../src/base/failed-with.ts';
import { messageOf } from '../../../src/base/message-of.ts';
import { ConnectionFailure, Failure, StatusFailure } from '../failures.ts';

export interface RestRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** An object as JSON, or a text as it is. */
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

export interface RestOptions {
  readonly timeoutMs: number;
  readonly onWarning: (text: string) => void;
  /** Told of each request that ended: `-v=6`. */
  readonly onRequest: (line: string) => void;
  readonly nowMs: () => number;
}

/** Requests to one server as one user. */
export class RestClient {
  readonly access: Access;
  #agent: Agent;
  #credentials: Credentials | undefined;
  readonly #options: RestOptions;
  readonly #warned = new Set<string>();

  constructor(access: Access, options: RestOptions) {
    this.access = access;
    this.#options = options;
    this.#agent = this.#newAgent();
  }

  #newAgent(): Agent {
    return new Agent({
      connect: { ...this.tls(), timeout: 30_000 },
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: 1024 * 1024,
    });
  }

  /** Resolves once it is known who the user is: before each request, for that may be over by then. */
  async ready(): Promise<void> {
    const before = this.#credentials;
    this.#credentials = await this.access.credentials?.current();
    if (this.#credentials === undefined || this.#credentials.cert === (before?.cert ?? '')) return;
    void this.#agent.close();
    this.#agent = this.#newAgent();
  }

  /** Asks who the user is once more, where a server did not believe it. */
  async renew(): Promise<void> {
    if (this.#credentials !== undefined) await this.access.credentials?.renew(this.#credentials);
  }

  get hasWarned(): boolean {
    return this.#warned.size > 0;
  }

  async json(path: string, call: RestRequest = {}): Promise<unknown> {
    return JSON.parse(await this.text(path, call));
  }

  async text(path: string, call: RestRequest = {}): Promise<string> {
    return (await this.stream(path, call)).text();
  }

  /** The body as it comes; a failure's is read already. */
  async stream(path: string, call: RestRequest = {}): Promise<Dispatcher.ResponseData['body']> {
    const { method = 'GET', body, contentType = 'application/json', accept = 'application/json' } = call;
    const url = this.url(path, call.query);
    await this.ready();
    const started = this.#options.nowMs();
    let answer: Dispatcher.ResponseData;
    try {
      answer = await request(url, {
        method,
        dispatcher: this.#agent,
        headers: { ...this.headers(), accept, ...(body === undefined ? {} : { 'content-type': contentType }) },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        ...this.#signal(call.signal),
      });
    } catch (error) {
      throw connectionFailure(error, url);
    }
    this.#options.onRequest(
      `${method} ${url} ${answer.statusCode} in ${Math.round(this.#options.nowMs() - started)} milliseconds`,
    );
    this.#tellWarnings(answer.headers['warning']);
    if (answer.statusCode === 401) await this.renew();
    if (answer.statusCode >= 400) throw statusFailure(answer.statusCode, await answer.body.text(), call);
    return answer.body;
  }

  url(path: string, query: RestRequest['query'] = {}): string {
    const url = new URL(this.access.server + path);
    for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, value);
    return url.href.replaceAll('+', '%20');
  }

  headers(): Record<string, string | string[]> {
    const impersonation = Object.entries(this.access.impersonation).map(
      ([name, value]) => [name, typeof value === 'string' ? value : [...value]] as const,
    );
    const token = this.#credentials?.token ?? '';
    const authorization = this.access.authorization ?? (token === '' ? undefined : `Bearer ${token}`);
    return {
      'user-agent': 'kubectl',
      ...(authorization === undefined ? {} : { authorization }),
      ...Object.fromEntries(impersonation),
    };
  }

  /** What Node's TLS is to be told, of the user too. */
  tls(): Readonly<Record<string, string | boolean>> {
    const { cert = '', key = '' } = this.#credentials ?? {};
    return cert === '' ? tlsOf(this.access) : { ...tlsOf(this.access), cert, key };
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  #signal(given: AbortSignal | undefined): { readonly signal?: AbortSignal } {
    const { timeoutMs } = this.#options;
    const own = timeoutMs > 0 ? AbortSignal.timeout(timeoutMs) : undefined;
    const all = [given, own].filter(each => each !== undefined);
    return all.length === 0 ? {} : { signal: AbortSignal.any(all) };
  }

  #tellWarnings(header: string | readonly string[] | undefined): void {
    const text = typeof header === 'string' ? header : (header ?? []).join(', ');
    for (const [, quoted = ''] of text.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)) {
      const warning = quoted.replaceAll(/\\(.)/g, '$1');
      if (this.#warned.has(warning)) continue;
      this.#warned.add(warning);
      this.#options.onWarning(warning);
    }
  }
}

function tlsOf({ ca, cert, key, insecure, serverName }: Access): Readonly<Record<string, string | boolean>> {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(insecure ? { rejectUnauthorized: false } : {}),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}

/** Why nothing was answered, as Go tells it. */
export function connectionFailure(error: unknown, url: string): Error {
  const { host, hostname } = new URL(url);
  if (failedWith(error, 'ECONNREFUSED')) {
    return new ConnectionFailure(
      `The connection to the server ${host} was refused - did you specify the right host or port?`,
    );
  }
  if (error instanceof Error && error.name === 'TimeoutError') {
    return new ConnectionFailure(
      'Unable to connect to the server: net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
    );
  }
  if (failedWith(error, 'ENOTFOUND', 'EAI_AGAIN')) {
    return new ConnectionFailure(`Unable to connect to the server: dial tcp: lookup ${hostname}: no such host`);
  }
  if (failedWith(error, ...UNTRUSTED)) {
    return new ConnectionFailure(
      'Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority',
    );
  }
  return new ConnectionFailure(`Unable to connect to the server: ${messageOf(error)}`);
}

const UNTRUSTED = [
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];

/** The `Status` of a refused request; one is made up for a body that is none. */
export function statusFailure(code: number, text: string, { method = 'GET' }: Pick<RestRequest, 'method'>): Error {
  try {
    const body: unknown = JSON.parse(text);
    if (isRecord(body) && body['kind'] === 'Status') return new StatusFailure(body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (code === 404) {
    return new StatusFailure({ reason: 'NotFound', code, message: 'the server could not find the requested resource' });
  }
  if (code === 401) {
    const message = 'the server has asked for the client to provide credentials';
    return new StatusFailure({ reason: 'Unauthorized', code, message });
  }
  if (text.trim() === '') return new Failure(`the server answered ${method} with ${code}`);
  return new StatusFailure({ reason: 'InternalError', code, message: text.trim() });
}

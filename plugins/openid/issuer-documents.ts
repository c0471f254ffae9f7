import { getCACertificates } from 'node:tls';
import type { Dispatcher } from 'undici';
import { CodedError } from '../../src/base/coded-error.ts';
import { dialProblem } from '../../src/base/dial-problem.ts';
import { isRecord } from '../../src/base/is-record.ts';
import { jsonOf } from '../../src/base/json-of.ts';
import type { World } from '../../src/base/world.ts';
import { DOCUMENT_BYTES, FETCH_MS, REDIRECTS } from './limits.ts';

/** The issuer does not tell what is needed to judge its tokens. */
export class IssuerError extends CodedError<'IssuerUnavailable'> {
  constructor(message: string, options?: ErrorOptions) {
    super('IssuerUnavailable', message, options);
  }
}

export type DocumentWorld = Pick<World, 'timers' | 'processes'>;

/** Reads JSON objects over https, by the CAs given or else this machine's. undici is loaded with the first. */
export class IssuerDocuments {
  readonly #world: DocumentWorld;
  readonly #ca: string | undefined;
  #dispatcher: Promise<Dispatcher> | undefined;

  constructor(world: DocumentWorld, ca: string | undefined) {
    this.#world = world;
    this.#ca = ca;
  }

  /** Rejects with `IssuerError`, after the deadline at the latest. */
  async read(url: string): Promise<Readonly<Record<string, unknown>>> {
    const late = new AbortController();
    using _deadline = this.#world.timers.after(FETCH_MS, () => late.abort());
    try {
      const document = jsonOf(await this.#text(url, late.signal));
      if (isRecord(document)) return document;
      throw new IssuerError('the answer is no JSON object');
    } catch (error) {
      const { host = '', hostname = '' } = URL.parse(url) ?? {};
      const problem = late.signal.aborted ? 'context deadline exceeded' : dialProblem(error, host, hostname);
      throw new IssuerError(`Get ${JSON.stringify(url)}: ${problem}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    const dispatcher = await this.#dispatcher;
    await dispatcher?.destroy();
  }

  async #text(first: string, signal: AbortSignal): Promise<string> {
    let url = first;
    for (let redirects = 0; redirects <= REDIRECTS; redirects++) {
      if (URL.parse(url)?.protocol !== 'https:') throw new IssuerError(`${url} is not https`);
      const { request } = await import('undici');
      const dispatcher = await (this.#dispatcher ??= this.#open());
      const headers = { accept: 'application/json', 'user-agent': 'tiphys' };
      const answer = await request(url, { dispatcher, headers, signal });
      const { location } = answer.headers;
      if (answer.statusCode >= 300 && answer.statusCode < 400 && typeof location === 'string') {
        await answer.body.dump({ limit: DOCUMENT_BYTES });
        url = URL.parse(location, url)?.href ?? location;
        continue;
      }
      const text = await limitedText(answer.body);
      if (answer.statusCode === 200) return text;
      throw new IssuerError(`the server answered ${answer.statusCode}`);
    }
    throw new IssuerError(`stopped after ${REDIRECTS} redirects`);
  }

  async #open(): Promise<Dispatcher> {
    const { EnvHttpProxyAgent } = await import('undici');
    const ca = this.#ca ?? getCACertificates('system');
    const env = (name: string): string =>
      this.#world.processes.env[name] ?? this.#world.processes.env[name.toLowerCase()] ?? '';
    return new EnvHttpProxyAgent({
      connect: { ca, allowPartialTrustChain: true },
      requestTls: { ca, allowPartialTrustChain: true },
      httpProxy: '',
      httpsProxy: env('HTTPS_PROXY'),
      noProxy: env('NO_PROXY'),
    });
  }
}

async function limitedText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > DOCUMENT_BYTES) throw new IssuerError(`the answer is larger than ${DOCUMENT_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

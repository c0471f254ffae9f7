import { dialProblem } from '../../src/base/dial-problem.ts';
import type { World } from '../../src/base/world.ts';
import type { RegistryCredential } from './contract.ts';
import { IMAGE_LIMITS } from './limits.ts';
import type { Endpoint } from './registries.ts';
import { basic, parseChallenges } from './registry-challenge.ts';
import { RegistryError, shownUrl, statusError } from './registry-error.ts';
import { fetchRegistryToken } from './registry-token.ts';
import type { Exchange, RegistryTransport } from './registry-transport.ts';

/**
 * Requests of one pull to one endpoint: authenticates when asked to, follows redirects, tries again what
 * may pass. What it is allowed to say goes to the endpoint's own host only.
 */
export class RegistrySession {
  readonly endpoint: Endpoint;
  readonly #world: World;
  readonly #transport: RegistryTransport;
  readonly #signal: AbortSignal;
  /** Tried in this order, the last being nobody. */
  readonly #credentials: (RegistryCredential | undefined)[];
  #authorization: string | undefined;
  readonly #attempts: number;

  constructor(
    world: World,
    transport: RegistryTransport,
    endpoint: Endpoint,
    credentials: readonly RegistryCredential[],
    signal: AbortSignal,
    attempts: number,
  ) {
    this.#world = world;
    this.#transport = transport;
    this.endpoint = endpoint;
    this.#signal = signal;
    this.#credentials = [...credentials, undefined];
    this.#attempts = attempts;
  }

  /** A 200 or 206 answer; the caller must consume or destroy its body. Throws RegistryError. */
  async get(path: string, headers: Readonly<Record<string, string>>, signal = this.#signal): Promise<Exchange> {
    const url = this.#url(path);
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#once(url, headers, signal).catch((error: unknown) =>
        asUnreachable(error, url, signal),
      );
      if (!(outcome instanceof RegistryError)) {
        if (outcome.status === 200 || outcome.status === 206) return outcome;
        discard(outcome);
      }
      const error = outcome instanceof RegistryError ? outcome : statusError('GET', url, outcome.status);
      const status = outcome instanceof RegistryError ? 0 : outcome.status;
      const mayPass = error.code === 'Unreachable' || status === 429 || status >= 500;
      if (!mayPass || attempt >= this.#attempts) throw error;
      await this.pause(attempt, signal);
    }
  }

  /** With jitter, so that many nodes do not come back at once. */
  pause(attempt: number, signal: AbortSignal): Promise<void> {
    const delay = IMAGE_LIMITS.firstPauseMs * 2 ** (attempt - 1);
    return this.#world.timers.sleep(delay * (0.75 + this.#world.random.fraction() / 2), signal);
  }

  #url(path: string): URL {
    const { base, namespace } = this.endpoint;
    const url = new URL(base);
    url.pathname = `${base.pathname}/${path}`;
    if (namespace !== undefined) url.searchParams.set('ns', namespace);
    return url;
  }

  async #once(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Exchange> {
    for (;;) {
      const answer = await this.#follow(url, headers, signal);
      if (answer.exchange.status !== 401 && answer.exchange.status !== 403) return answer.exchange;
      discard(answer.exchange);
      // Only the registry itself may ask who we are, never a host it sent us to (CVE-2020-15157).
      if (answer.url.origin !== url.origin) throw statusError('GET', answer.url, answer.exchange.status);
      if (!(await this.#authorize(answer.exchange, signal))) throw denied();
    }
  }

  async #follow(
    start: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<{ exchange: Exchange; url: URL }> {
    let url = start;
    for (let redirects = 0; redirects <= IMAGE_LIMITS.redirects; redirects += 1) {
      const own = url.origin === start.origin && this.#authorization !== undefined;
      const asked = url;
      const exchange = await this.#transport
        .exchange({
          method: 'GET',
          url,
          headers: own ? { ...headers, authorization: this.#authorization ?? '' } : headers,
          tls: this.endpoint.tls,
          signal,
        })
        .catch((error: unknown) => {
          // Whom it was sent on to may be somebody else.
          throw asUnreachable(error, asked, signal);
        });
      const { location } = exchange.headers;
      if (exchange.status < 300 || exchange.status >= 400 || typeof location !== 'string') return { exchange, url };
      discard(exchange);
      url = redirected(url, location);
    }
    throw new RegistryError('Redirect', `${shownUrl(start)}: stopped after ${IMAGE_LIMITS.redirects} redirects`);
  }

  /** Gets the right to ask again; false when every credential was tried. */
  async #authorize(exchange: Exchange, signal: AbortSignal): Promise<boolean> {
    const header = exchange.headers['www-authenticate'];
    const challenges = parseChallenges(Array.isArray(header) ? header.join(', ') : (header ?? ''));
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    while (this.#credentials.length > 0) {
      const [credential] = this.#credentials;
      const token =
        bearer === undefined
          ? undefined
          : await fetchRegistryToken(this.#world.clock, this.#transport, this.endpoint, bearer, credential, signal);
      this.#credentials.shift(); // only now: a token server that did not answer is asked again
      if (bearer !== undefined) {
        if (token === undefined) continue;
        this.#authorization = `Bearer ${token}`;
        return true;
      }
      if (challenges.length > 0 && credential !== undefined) {
        this.#authorization = basic(credential);
        return true;
      }
    }
    return false;
  }
}

/** Reads nothing more of an answer that is not wanted; the connection is closed. */
export function discard(exchange: Exchange): void {
  exchange.body.on('error', () => undefined).destroy();
}

function redirected(from: URL, location: string): URL {
  const target = URL.parse(location, from.href);
  if (target === null || !/^https?:$/.test(target.protocol)) {
    throw new RegistryError('Redirect', `${shownUrl(from)}: redirect to ${JSON.stringify(location.slice(0, 200))}`);
  }
  if (from.protocol === 'https:' && target.protocol === 'http:') {
    throw new RegistryError('Redirect', `${shownUrl(from)}: redirect from https to ${target.origin}`);
  }
  return target;
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

const denied = (): RegistryError =>
  new RegistryError(
    'Denied',
    'pull access denied, repository does not exist or may require authorization: authorization failed',
  );

function asUnreachable(error: unknown, url: URL, signal: AbortSignal): RegistryError {
  signal.throwIfAborted();
  if (error instanceof RegistryError) return error;
  // Of addresses that were tried by turns Go tells the first.
  const cause: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const why = dialProblem(cause, `${url.hostname}:${url.port === '' ? DEFAULT_PORTS[url.protocol] : url.port}`);
  return new RegistryError('Unreachable', `failed to do request: Get "${shownUrl(url)}": ${why}`, { cause: error });
}

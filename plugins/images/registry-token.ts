import type { Clock } from '../../src/base/world.ts';
import { ContentError } from './content-error.ts';
import type { RegistryCredential } from './contract.ts';
import { IMAGE_LIMITS } from './limits.ts';
import { readBounded } from './read-bounded.ts';
import type { Endpoint } from './registries.ts';
import { basic, type Challenge } from './registry-challenge.ts';
import { RegistryError, shownUrl, statusError } from './registry-error.ts';
import type { Ask, RegistryTransport } from './registry-transport.ts';
import { UntrustedJson } from './untrusted-json.ts';

/**
 * Asks the token server of a Bearer challenge (distribution-spec, "token authentication"); undefined when
 * it refuses this credential. The realm is the registry's word: it gets a password over TLS, or over plain
 * HTTP when the registry itself is plain.
 */
export async function fetchRegistryToken(
  clock: Clock,
  transport: RegistryTransport,
  endpoint: Endpoint,
  challenge: Challenge,
  credential: RegistryCredential | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { realm = '', service, scope = `repository:${endpoint.repository}:pull` } = challenge.parameters;
  const url = URL.parse(realm);
  if (url === null || !/^https?:$/.test(url.protocol)) throw realmError(`the realm ${JSON.stringify(realm)} is no URL`);
  if (url.protocol === 'http:' && endpoint.base.protocol === 'https:') {
    throw realmError(`the realm ${shownUrl(url)} is not reached by https`);
  }
  const identityToken = credential === undefined ? endpoint.auth?.identityToken : undefined;
  const exchange = await transport.exchange({
    ...(identityToken ? refresh(url, identityToken, service, scope) : query(url, credential, service, scope)),
    tls: endpoint.tls,
    signal,
  });
  const body = await readBounded(exchange.body, clock, IMAGE_LIMITS.tokenBytes, 'the token');
  if (exchange.status === 401 || exchange.status === 403) return undefined;
  if (exchange.status !== 200) {
    const { message } = statusError('GET', url, exchange.status);
    throw new RegistryError(exchange.status >= 500 ? 'Unreachable' : 'Denied', `failed to authorize: ${message}`);
  }
  const answer = UntrustedJson.parse(body, 'token');
  const token = answer.get('token').string('') || answer.get('access_token').string('');
  if (token === '' || /[^\x21-\x7e]/.test(token))
    throw new ContentError('BadDocument', 'the token server sent no token');
  return token;
}

const realmError = (why: string): RegistryError => new RegistryError('Denied', `failed to authorize: ${why}`);

type Question = Pick<Ask, 'method' | 'url' | 'headers' | 'content'>;

function query(
  url: URL,
  credential: RegistryCredential | undefined,
  service: string | undefined,
  scope: string,
): Question {
  const asked = new URL(url);
  if (service !== undefined) asked.searchParams.set('service', service);
  asked.searchParams.set('scope', scope);
  if (credential === undefined) return { method: 'GET', url: asked, headers: {} };
  asked.searchParams.set('account', credential.username);
  return { method: 'GET', url: asked, headers: { authorization: basic(credential) } };
}

/** OAuth2's refresh_token grant, as `docker login` with an identity token uses it. */
function refresh(url: URL, identityToken: string, service: string | undefined, scope: string): Question {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: identityToken,
    client_id: 'tiphys',
    scope,
  });
  if (service !== undefined) form.set('service', service);
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    content: form.toString(),
  };
}

import type { IncomingHttpHeaders } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { badRequestError, StatusError } from '../../../src/api/status-error.ts';
import type { UserInfo } from '../../../src/api/user-info.ts';
import { ANONYMOUS, unauthorized } from '../access/authenticate.ts';
import { requireAllowed } from '../access/authorize.ts';
import type { Authentication, Authorization, RequestInfo } from '../contract.ts';

export interface Identity {
  readonly headers: IncomingHttpHeaders;
  readonly socket: TLSSocket;
  readonly url: string;
}

/** Who a request is from. Throws 401 for a bad credential; without any it is the anonymous user. */
export async function identify(authentication: Authentication, { headers, socket, url }: Identity): Promise<UserInfo> {
  if (socket.authorized) {
    const user = await authentication.authenticate({ type: 'certificate', socket });
    if (user !== undefined) return user;
  }
  const token = bearerToken(headers);
  if (token === undefined) {
    if (socket.authorized ? namesSomebody(socket) : isRefused(socket.authorizationError)) throw unauthorized();
    const path = url.split('?', 1)[0] ?? '';
    return (await authentication.authenticate({ type: 'none', path })) ?? ANONYMOUS;
  }
  const user = await authentication.authenticate({ type: 'bearer', token });
  if (user === undefined) throw unauthorized();
  return user;
}

/** A certificate was shown and is not good; that none was shown is told by this one code. */
const isRefused = (error: unknown): boolean => typeof error === 'string' && error !== 'UNABLE_TO_GET_ISSUER_CERT';

/** A certificate of ours that is accepted no more, expired on a connection that stands. */
const namesSomebody = (socket: TLSSocket): boolean => (socket.getPeerCertificate().subject?.CN ?? '') !== '';

/** The subprotocol by which a browser's WebSocket brings a token. */
export const WEBSOCKET_BEARER = 'base64url.bearer.authorization.k8s.io.';

function bearerToken(headers: IncomingHttpHeaders): string | undefined {
  const match = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '');
  if (match?.[1] !== undefined) return match[1];
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',');
  const carried = protocols.map(protocol => protocol.trim()).find(protocol => protocol.startsWith(WEBSOCKET_BEARER));
  if (carried === undefined) return undefined;
  const token = Buffer.from(carried.slice(WEBSOCKET_BEARER.length), 'base64url').toString();
  if (token === '') throw unauthorized();
  return token;
}

/** Acts as another user where the `Impersonate-*` headers ask for it and the real one may. */
export async function impersonate(
  authorization: Authorization,
  user: UserInfo,
  headers: IncomingHttpHeaders,
): Promise<UserInfo> {
  const name = headers['impersonate-user'];
  const groups = listOf(headers['impersonate-group']);
  const uid = headers['impersonate-uid'];
  const extra = extraOf(headers);
  if (typeof name !== 'string' || name === '') {
    if (groups.length > 0 || uid !== undefined || extra.size > 0) {
      throw badRequestError('requested impersonation without a user');
    }
    return user;
  }
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name);
  const may = (target: Partial<RequestInfo>): Promise<void> =>
    requireAllowed(authorization, user, { ...IMPERSONATION, ...target });
  if (account === null) await may({ resource: 'users', name });
  else await may({ resource: 'serviceaccounts', namespace: account[1] ?? '', name: account[2] ?? '' });
  for (const group of groups) await may({ resource: 'groups', name: group });
  const review = { group: 'authentication.k8s.io', version: 'v1' };
  if (typeof uid === 'string') await may({ ...review, resource: 'uids', name: uid });
  for (const [key, values] of extra) {
    for (const value of values) await may({ ...review, resource: 'userextras', subresource: key, name: value });
  }
  const implied = account === null ? [] : ['system:serviceaccounts', `system:serviceaccounts:${account[1] ?? ''}`];
  const all = groups.length > 0 ? groups : implied;
  const known = name === ANONYMOUS.name ? 'system:unauthenticated' : 'system:authenticated';
  return {
    name,
    groups: all.includes(known) ? all : [...all, known],
    ...(typeof uid === 'string' ? { uid } : {}),
    ...(extra.size === 0 ? {} : { extra: Object.fromEntries(extra) }),
  };
}

const IMPERSONATION: RequestInfo = {
  verb: 'impersonate',
  path: '',
  isResourceRequest: true,
  group: '',
  version: 'v1',
  resource: '',
  subresource: '',
  namespace: '',
  name: '',
};

/** Node joins repeated headers with commas; names of groups hold none. */
const listOf = (value: string | string[] | undefined): readonly string[] =>
  (Array.isArray(value) ? value : (value ?? '').split(',')).map(item => item.trim()).filter(item => item !== '');

const EXTRA = 'impersonate-extra-';

function extraOf(headers: IncomingHttpHeaders): ReadonlyMap<string, readonly string[]> {
  const extra = new Map<string, readonly string[]>();
  for (const name in headers) {
    if (name.startsWith(EXTRA)) extra.set(decodedOr(name.slice(EXTRA.length)), listOf(headers[name]));
  }
  return extra;
}

function decodedOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) throw new StatusError('BadRequest', `bad extra key ${JSON.stringify(text)}`);
    throw error;
  }
}

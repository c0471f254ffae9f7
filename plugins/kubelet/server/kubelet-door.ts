import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { StatusError } from '../../../src/api/status-error.ts';
import type { UserInfo } from '../../../src/api/user-info.ts';
import type { Authentication, Authorization } from '../../apiserver/contract.ts';

export interface DoorDeps {
  readonly authentication: Authentication;
  readonly authorization: Authorization;
  readonly nodeName: string;
}

const VERBS: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Paths with a right of their own (KEP-2862); having `nodes/proxy` is enough for those marked so. */
const SUBRESOURCES: readonly (readonly [prefix: string, subresource: string, orProxy: boolean])[] = [
  ['/stats', 'stats', false],
  ['/metrics', 'metrics', false],
  ['/logs', 'log', false],
  ['/healthz', 'healthz', true],
  ['/pods', 'pods', true],
];

/** Lets in who is known and may, asking the API server's own authenticators and authorizers. Throws `StatusError`. */
export async function requireEntry(deps: DoorDeps, request: IncomingMessage): Promise<UserInfo> {
  const user = await identify(deps.authentication, request);
  const verb = VERBS[request.method ?? ''] ?? 'get';
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  const [, own, orProxy = true] =
    SUBRESOURCES.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`)) ?? [];
  const asked = [...(own === undefined ? [] : [own]), ...(orProxy ? ['proxy'] : [])];
  for (const subresource of asked) {
    const info = { verb, path, isResourceRequest: true, group: '', version: 'v1', resource: 'nodes', subresource };
    const { allowed } = await deps.authorization.authorize(user, { ...info, namespace: '', name: deps.nodeName });
    if (allowed) return user;
  }
  const what = `verb=${verb}, resource=nodes, subresource(s)=[${asked.join(' ')}]`;
  throw new StatusError('Forbidden', `Forbidden (user=${user.name}, ${what})`);
}

async function identify(authentication: Authentication, request: IncomingMessage): Promise<UserInfo> {
  const { socket, headers } = request;
  if (socket instanceof TLSSocket && socket.authorized) {
    const user = await authentication.authenticate({ type: 'certificate', socket });
    if (user !== undefined) return authenticated(user);
  }
  const [, token] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const user = token === undefined ? undefined : await authentication.authenticate({ type: 'bearer', token });
  if (user === undefined) throw new StatusError('Unauthorized', 'Unauthorized');
  return authenticated(user);
}

const ALL = 'system:authenticated';
const authenticated = (user: UserInfo): UserInfo =>
  user.groups.includes(ALL) ? user : { ...user, groups: [...user.groups, ALL] };

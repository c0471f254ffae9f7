import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { certificateHolder } from '../../../src/api/certificate-holder.ts';
import { StatusError } from '../../../src/api/status-error.ts';
import type { UserInfo } from '../../../src/api/user-info.ts';
import type { Clock } from '../../../src/base/world.ts';
import type { EntryReviews } from './entry-reviews.ts';

export interface EntryDeps {
  readonly reviews: EntryReviews;
  readonly clock: Clock;
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
  ['/configz', 'configz', true],
];

/** Lets in who is known and may, by the word of the API server. Throws `StatusError`. */
export async function requireEntry(deps: EntryDeps, request: IncomingMessage): Promise<UserInfo> {
  const user = await identify(deps, request);
  const verb = VERBS[request.method ?? ''] ?? 'get';
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  const [, own, orProxy = true] =
    SUBRESOURCES.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`)) ?? [];
  const asked = [...(own === undefined ? [] : [own]), ...(orProxy ? ['proxy'] : [])];
  for (const subresource of asked) {
    if (await deps.reviews.may(user, { verb, subresource, nodeName: deps.nodeName })) return user;
  }
  const what = `verb=${verb}, resource=nodes, subresource(s)=[${asked.join(' ')}]`;
  throw new StatusError('Forbidden', `Forbidden (user=${user.name}, ${what})`);
}

async function identify({ reviews, clock }: EntryDeps, request: IncomingMessage): Promise<UserInfo> {
  const { socket, headers } = request;
  const holder = socket instanceof TLSSocket ? certificateHolder(socket) : undefined;
  if (holder !== undefined && clock.now() < holder.untilMs) return holder.user;
  const [, token] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? [];
  const user = token === undefined ? undefined : await reviews.userOf(token);
  if (user === undefined) throw new StatusError('Unauthorized', 'Unauthorized');
  return user;
}

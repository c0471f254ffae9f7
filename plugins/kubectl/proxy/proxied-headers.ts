import type { IncomingMessage } from 'node:http';

/** Headers of one connection alone: RFC 9110, 7.6.1. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const pairsOf = (raw: readonly string[]): readonly (readonly [string, string])[] =>
  raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? ''] as const] : []));

function endToEnd({ headers, rawHeaders }: IncomingMessage): readonly (readonly [string, string])[] {
  const named = (headers.connection ?? '').split(',').map(word => word.trim().toLowerCase());
  const dropped = new Set([...HOP_BY_HOP, ...named]);
  return pairsOf(rawHeaders).filter(([name]) => !dropped.has(name.toLowerCase()));
}

/** What goes on to the cluster: the user's own credentials, where the request brings none. */
export function forwardedHeaders(
  request: IncomingMessage,
  own: Readonly<Record<string, string | readonly string[]>>,
  host: string,
  isUpgrade: boolean,
): readonly string[] {
  const { headers, socket } = request;
  const replaced = new Set(['host', 'expect', 'x-forwarded-for']);
  const kept = endToEnd(request).filter(([name]) => !replaced.has(name.toLowerCase()));
  const isActing = headers['impersonate-user'] !== undefined;
  const added = Object.entries(own)
    .filter(([name]) => headers[name] === undefined && !(isActing && name.startsWith('impersonate-')))
    .flatMap(([name, value]) => [value].flat().map(each => [name, each] as const));
  const before = headers['x-forwarded-for'];
  const from = [...(before === undefined ? [] : [before].flat()), socket.remoteAddress ?? ''].filter(
    each => each !== '',
  );
  return [
    ['host', host] as const,
    ...kept,
    ...added,
    ...(from.length === 0 ? [] : [['x-forwarded-for', from.join(', ')] as const]),
    ...(headers['transfer-encoding'] === undefined ? [] : [['transfer-encoding', 'chunked'] as const]),
    ...(isUpgrade
      ? [['connection', 'Upgrade'] as const, ['upgrade', headers.upgrade ?? ''] as const]
      : [['connection', 'keep-alive'] as const]),
  ].flat();
}

/** What comes back of an answer. */
export const returnedHeaders = (response: IncomingMessage): string[] => endToEnd(response).flat();

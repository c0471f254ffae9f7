/** Of the connection that they came by, and of nobody behind it; RFC 9110 7.6.1. */
const OF_THE_HOP: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'content-length',
  'expect',
]);

const BEARER_PROTOCOL = 'base64url.bearer.authorization.k8s.io.';

/**
 * A client's headers as a backend gets them, in flat pairs: nothing by which the backend could act as the client.
 */
export function forwardedHeaders(rawHeaders: readonly string[], kind: 'plain' | 'upgrade'): readonly string[] {
  const kept: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    const key = name.toLowerCase();
    if (key === 'authorization' || key.startsWith('impersonate-') || key.startsWith('x-remote-')) continue;
    if (kind === 'upgrade' && (key === 'connection' || key === 'upgrade')) kept.push(name, value);
    else if (key === 'sec-websocket-protocol') kept.push(name, withoutToken(value));
    else if (!OF_THE_HOP.has(key) && !key.startsWith(':')) kept.push(name, value);
  }
  return kept;
}

/** Browsers carry their token among the protocols. */
const withoutToken = (protocols: string): string =>
  protocols
    .split(',')
    .map(protocol => protocol.trim())
    .filter(protocol => !protocol.startsWith(BEARER_PROTOCOL))
    .join(', ');

/** A backend's headers as the client gets them. */
export function returnedHeaders(rawHeaders: readonly string[]): readonly (readonly [name: string, value: string])[] {
  const kept: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    const key = name.toLowerCase();
    if (key === 'content-length' || !OF_THE_HOP.has(key)) kept.push([key, value]);
  }
  return kept;
}

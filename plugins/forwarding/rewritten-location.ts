import type { Backend } from './backend.ts';

/**
 * Where a redirect of a backend leads as its client sees it: a path of the backend's is one below `base`, an absolute
 * URL of another host stays what it is. As upstream's `Transport.rewriteURL`.
 */
export function rewrittenLocation(
  location: string,
  { base, host, backend }: { readonly base: string; readonly host: string; readonly backend: Backend },
): string {
  const absolute = /^(https?):\/\/([^/?#]*)(.*)$/i.exec(location) ?? /^()\/\/([^/?#]*)(.*)$/.exec(location);
  const [, , authority, tail = location] = absolute ?? [];
  const isOther = authority !== undefined && authority !== `${backend.host}:${backend.port}` && authority !== host;
  if (isOther || !tail.startsWith('/')) return location;
  const path = tail === base || tail.startsWith(`${base}/`) ? tail : `${base}${tail}`;
  return authority === undefined ? path : `https://${host}${path}`;
}

import { posix } from 'node:path';

/** What a local server does with a path: hand it to who has the longest prefix of it, send elsewhere, or not know it. */
export type ProxyRoute<T> = { readonly to: T } | { readonly redirect: string } | { readonly missing: true };

export interface Prefixed<T> {
  /** Ends with a slash. */
  readonly prefix: string;
  readonly to: T;
}

/** As Go's ServeMux tells whose an escaped path is. */
export function findRoute<T>(routes: readonly Prefixed<T>[], path: string): ProxyRoute<T> {
  const clean = cleaned(path);
  const [found] = routes
    .filter(({ prefix }) => clean.startsWith(prefix))
    .toSorted((a, b) => b.prefix.length - a.prefix.length);
  const isFolder = routes.some(({ prefix }) => prefix === `${clean}/`);
  if (isFolder) return { redirect: escapedAgain(`${clean}/`) };
  if (clean !== path) return { redirect: escapedAgain(clean) };
  return found === undefined ? { missing: true } : { to: found.to };
}

function cleaned(path: string): string {
  const normal = posix.normalize(path.startsWith('/') ? path : `/${path}`).replace(/^\/+/, '/');
  return /\/\.{1,2}$/.test(path) && normal !== '/' ? normal.replace(/\/$/, '') : normal;
}

/** Go takes the escaped path for a plain one here. */
const escapedAgain = (path: string): string => path.replaceAll('%', '%25');

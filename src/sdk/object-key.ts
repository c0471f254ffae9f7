import type { Key } from '../api/client.ts';

/** A key as one string: `namespace/name`, or `name` for cluster-scoped objects. */
export const keyOf = (key: { readonly name: string; readonly namespace?: string | undefined }): string =>
  key.namespace === undefined || key.namespace === '' ? key.name : `${key.namespace}/${key.name}`;

export function parseKey(text: string): Key {
  const slash = text.indexOf('/');
  return slash < 0 ? { name: text } : { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}

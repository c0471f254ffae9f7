import type { Key } from './client.ts';
import type { ResourceDefinition } from './resource.ts';

type Stored = Pick<ResourceDefinition, 'group' | 'plural' | 'storedAs'>;

/** Where a kind's objects live in the store; several kinds may share a place (`storedAs`). */
export function storagePrefix(resource: Stored, namespace = ''): string {
  const { group, plural } = resource.storedAs ?? resource;
  const all = `/registry/${group === '' ? '' : `${group}/`}${plural}/`;
  return namespace === '' ? all : `${all}${namespace}/`;
}

export const storageKey = (resource: Stored, { namespace, name }: Key): string =>
  `${storagePrefix(resource, namespace)}${name}`;

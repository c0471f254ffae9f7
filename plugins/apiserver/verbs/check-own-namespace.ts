import type { AnyObject } from '../../../src/api/object-meta.ts';
import { badRequestError } from '../../../src/api/status-error.ts';
import type { Write } from '../api.ts';

/** Throws `StatusError` BadRequest where an object, as it came or as mutators left it, is of another namespace. */
export function checkOwnNamespace(
  { resource, namespace }: Pick<Write, 'resource' | 'namespace'>,
  { metadata }: AnyObject,
): void {
  if (resource.scope === 'Namespaced' && (metadata.namespace || namespace) !== namespace) {
    throw badRequestError('the namespace of the provided object does not match the namespace sent on the request');
  }
}

import type { Key } from '../../../src/api/client.ts';
import { readRevision } from '../../../src/api/read-revision.ts';
import type { Resource } from '../../../src/api/resource.ts';
import { notFoundError } from '../../../src/api/status-error.ts';
import type { Api } from '../api.ts';
import type { StoredObject } from '../objects/stored-object.ts';
import { waitForRevision } from '../objects/wait-for-revision.ts';
import { getComputed } from './read-computed.ts';

/** The newest state of one object, at least as new as `resourceVersion`. */
export async function get(api: Api, resource: Resource, key: Key, resourceVersion?: string): Promise<StoredObject> {
  if (resource.computed === true) return getComputed(api, resource, key);
  const atLeast = readRevision(resourceVersion);
  if (atLeast !== undefined) await waitForRevision(api, atLeast);
  const { objects } = api;
  // What is new enough is not asked of whoever else may write.
  const object = await objects.get(resource, key, atLeast === undefined ? undefined : objects.store.committed);
  if (object === undefined) throw notFoundError(resource, key.name);
  return object;
}

import type { Client } from '../api/client.ts';
import type { InputOf, Resource } from '../api/resource.ts';
import { isStatusError } from '../api/status-error.ts';

/**
 * Creates what is not there yet; what users changed stays changed. Asked first, because an object that is
 * there holds what a second one would claim (a service its address).
 */
export async function createUnlessPresent<R extends Resource>(
  client: Client,
  resource: R,
  object: InputOf<R> & { readonly metadata: { readonly name?: string; readonly namespace?: string } },
): Promise<void> {
  const { name = '', namespace } = object.metadata;
  try {
    await client.get(resource, namespace === undefined ? { name } : { name, namespace });
    return;
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
  try {
    await client.create(resource, object);
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists')) throw error;
  }
}

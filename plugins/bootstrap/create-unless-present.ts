import type { Client } from '../../src/api/client.ts';
import type { InputOf, Resource } from '../../src/api/resource.ts';
import { isStatusError } from '../../src/api/status-error.ts';

/** Creates what is not there yet; what users changed stays changed. */
export async function createUnlessPresent<R extends Resource>(
  client: Client,
  resource: R,
  object: InputOf<R>,
): Promise<void> {
  try {
    await client.create(resource, object);
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists')) throw error;
  }
}

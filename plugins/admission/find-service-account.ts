import { isStatusError } from '../../src/api/status-error.ts';
import type { Client } from '../../src/api/client.ts';
import type { Timers } from '../../src/base/world.ts';
import type { Cache } from '../../src/sdk/caches.ts';
import { ServiceAccount } from '../kinds/core/v1/service-account.ts';

const TRIES = 10;
const WAIT_MS = 100;

/**
 * The account a pod names. In a namespace just made its `default` account may be a moment away, so that
 * one is waited for.
 */
export async function findServiceAccount(
  cache: Cache<ServiceAccount>,
  client: Client,
  timers: Timers,
  namespace: string,
  name: string,
): Promise<ServiceAccount | undefined> {
  for (let attempt = 1; ; attempt++) {
    const found = cache.get(name, namespace) ?? (await live(client, namespace, name));
    if (found !== undefined || name !== 'default' || attempt === TRIES) return found;
    await timers.sleep(WAIT_MS);
  }
}

async function live(client: Client, namespace: string, name: string): Promise<ServiceAccount | undefined> {
  try {
    return await client.get(ServiceAccount, { namespace, name });
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return undefined;
    throw error;
  }
}

import type { AnyObject } from '../../src/api/object-meta.ts';
import { forbiddenError } from '../../src/api/status-error.ts';
import type { Timers } from '../../src/base/world.ts';
import type { Cache } from '../../src/sdk/caches.ts';
import type { AdmissionRequest } from '../apiserver/contract.ts';
import { READY_MS } from './limits.ts';

/** All objects of a kind, once they are known. Throws `StatusError` where that takes too long. */
export async function knownOnce<T extends AnyObject>(
  cache: Cache<T>,
  request: AdmissionRequest,
  timers: Timers,
): Promise<readonly T[]> {
  if (!cache.hasSynced) {
    const over = new AbortController();
    const late = timers.sleep(READY_MS, over.signal).then(
      () => true,
      () => false,
    );
    const isLate = await Promise.race([cache.synced.then(() => false), late]);
    over.abort();
    if (isLate) throw forbiddenError(request.resource, request.name, 'not yet ready to handle request');
  }
  return cache.list();
}

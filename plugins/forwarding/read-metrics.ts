import { StatusError } from '../../src/api/status-error.ts';
import type { Timers } from '../../src/base/world.ts';
import { BackendError, type Backend } from './backend.ts';
import { readBackend } from './read-backend.ts';

/** `/metrics/resource` of a kubelet. Rejects with `StatusError`. */
export async function readMetrics(timers: Timers, kubelet: Backend): Promise<string> {
  const path = '/metrics/resource';
  const { code, body } = await readBackend(timers, kubelet, path, []).catch((error: unknown) => {
    if (!(error instanceof BackendError)) throw error;
    throw new StatusError('ServiceUnavailable', `error dialing backend: ${error.message}`);
  });
  if (code !== 200) throw new StatusError('ServiceUnavailable', `the kubelet answered ${path} with ${code}`);
  return body.toString();
}

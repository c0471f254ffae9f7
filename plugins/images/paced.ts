import type { Readable } from 'node:stream';
import type { Clock } from '../../src/base/world.ts';
import { IMAGE_LIMITS } from './limits.ts';
import { RegistryError } from './registry-error.ts';

/**
 * The chunks of a body, as long as they come fast enough. A registry that sends a byte a second never
 * falls silent, so a deadline without bytes does not end it; this does.
 */
export async function* paced(body: Readable, clock: Clock): AsyncIterable<Buffer> {
  let windowMs = clock.monotonicMs();
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    const spentMs = clock.monotonicMs() - windowMs;
    if (spentMs > IMAGE_LIMITS.paceWindowMs) {
      if (bytes < IMAGE_LIMITS.paceBytes) {
        const spent = `${Math.round(spentMs / 1000)} s`;
        throw new RegistryError('Interrupted', `the registry is too slow: ${bytes} bytes in the last ${spent}`);
      }
      windowMs += spentMs;
      bytes = 0;
    }
    yield chunk;
  }
}

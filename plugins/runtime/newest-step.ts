import { OP, REQUEST } from './protocol.ts';
import { ShimError, type ShimClient } from './shim-client.ts';
import { LIMITS } from './limits.ts';
import type { Plan } from './plan.ts';

/** What the shims of this release know: steps are only ever added. */
export const NEWEST_STEP = Math.max(...Object.values(OP));

/** Of shims that do not know the question either. */
const BEFORE_HELLO = OP.podPids;
const ENOSYS = 38;

/** The newest step that a shim knows, which may be of an earlier release. */
export async function newestStepOf(client: ShimClient): Promise<number> {
  try {
    const { body } = await client.request(REQUEST.hello, Buffer.alloc(0), LIMITS.recoveryMs);
    return body.readUInt32LE(0);
  } catch (error) {
    if (error instanceof ShimError && error.errno === ENOSYS) return BEFORE_HELLO;
    throw error;
  }
}

export const needsNewerShim = (newestStep: number, ...plans: readonly Plan[]): boolean =>
  plans.some(({ steps }) => steps.some(({ op }) => op > newestStep));

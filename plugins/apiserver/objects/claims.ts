import type { AnyObject } from '../../../src/api/object-meta.ts';
import { qualified, StatusError } from '../../../src/api/status-error.ts';
import type { Api, Write } from '../api.ts';
import type { Claimer } from '../contract.ts';
import { HeldElsewhere } from './held-elsewhere.ts';
import { CLAIM_ATTEMPTS } from '../limits.ts';

/**
 * Runs `commit` with what claimers complete the object to. When the write does not happen, claims made for
 * it are undone; a dry run always is. Where another server gave the same to another object meanwhile it claims again.
 */
export async function withClaims<T>(
  api: Api,
  write: Write,
  object: AnyObject,
  old: AnyObject | undefined,
  commit: (claimed: AnyObject) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await withClaimsOnce(api, write, object, old, commit);
    } catch (error) {
      if (!(error instanceof HeldElsewhere)) throw error;
      if (attempt === CLAIM_ATTEMPTS) throw takenAlways(error);
      for (const { caughtUp } of api.claimers) await caughtUp?.(error.revision);
    }
  }
}

const takenAlways = (cause: HeldElsewhere): StatusError =>
  new StatusError('ServiceUnavailable', 'what the object needs was taken by others each time, please try again', {
    details: { retryAfterSeconds: 1 },
    cause,
  });

async function withClaimsOnce<T>(
  { claimers }: Api,
  { resource, dryRun }: Write,
  object: AnyObject,
  old: AnyObject | undefined,
  commit: (claimed: AnyObject) => Promise<T | undefined>,
): Promise<T | undefined> {
  const concerned = claimers.filter(claimer => claimer.resource === qualified(resource));
  const made: (readonly [Claimer, AnyObject])[] = [];
  let isDone = false;
  try {
    let claimed = object;
    for (const claimer of concerned) {
      claimed = await claimer.claim(claimed, old, { dryRun });
      made.push([claimer, claimed]);
    }
    const result = await commit(claimed);
    isDone = result !== undefined && !dryRun;
    if (isDone && old !== undefined) for (const claimer of concerned) await claimer.release(old, claimed);
    return result;
  } finally {
    if (!isDone) for (const [claimer, claimed] of made.toReversed()) await claimer.undo(claimed);
  }
}

/** Tells claimers that the object is gone. */
export async function releaseClaims({ claimers }: Api, { resource }: Write, gone: AnyObject): Promise<void> {
  for (const claimer of claimers) if (claimer.resource === qualified(resource)) await claimer.release(gone);
}

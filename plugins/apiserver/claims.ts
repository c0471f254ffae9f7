import type { AnyObject } from '../../src/api/object-meta.ts';
import { qualified } from '../../src/api/status-error.ts';
import type { Api, Write } from './api.ts';
import type { Claimer } from './contract.ts';

/**
 * Runs `commit` with what claimers complete the object to. When the write does not happen, claims made for
 * it are undone; a dry run always is.
 */
export async function withClaims<T>(
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

import type { Change, Revision, WatchBatch } from './store.ts';

/** One transaction's effect. */
export interface Batch extends WatchBatch {
  /** When it was committed, on the clock that never goes back. */
  readonly atMs: number;
  readonly bytes: number;
}

/** What a change costs in memory besides its value. */
export const BYTES_PER_CHANGE = 500;

/** What a key was from one revision on. */
export interface Version {
  readonly key: string;
  readonly revision: Revision;
}

export const keyOf = (change: Change): string => (change.type === 'put' ? change.entry.key : change.key);

/**
 * What nobody can read any more once a batch is forgotten. A version comes before the deletion that hides
 * it, lest a crash while they are removed bring it back.
 */
export function supersededBy({ changes, revision }: WatchBatch): readonly Version[] {
  const gone: Version[] = [];
  for (const change of changes) {
    const key = keyOf(change);
    if (change.previous !== undefined) gone.push({ key, revision: change.previous.modRevision });
    if (change.type === 'delete') gone.push({ key, revision });
  }
  return gone;
}

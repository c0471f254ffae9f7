import { must } from '../base/must.ts';
import { keyOf, supersededBy, type Batch, type Version } from './batch.ts';
import type { Revision } from './store.ts';

/**
 * History of before the store was opened, by place, oldest first. Most of it nobody asks for again, so a
 * batch may be made only when it is read; it is the same one each time.
 */
export interface Past {
  readonly length: number;
  /** When it counts as committed, on the clock that never goes back. */
  readonly atMs: number;
  revisionAt(index: number): Revision;
  bytesAt(index: number): number;
  batchAt(index: number): Batch;
  /** Whether a key in the batch starts with `prefix`. */
  concerns(index: number, prefix: string): boolean;
  supersededAt(index: number): readonly Version[];
}

/** A past that is there already. */
export function pastOf(batches: readonly Batch[], atMs: number): Past {
  const at = (index: number): Batch => must(batches[index], 'a place in the past');
  return {
    length: batches.length,
    atMs,
    revisionAt: index => at(index).revision,
    bytesAt: index => at(index).bytes,
    batchAt: at,
    concerns: (index, prefix) => at(index).changes.some(change => keyOf(change).startsWith(prefix)),
    supersededAt: index => supersededBy(at(index)),
  };
}

export const NO_PAST = pastOf([], 0);

import { compareUtf8 } from '../../src/base/compare-utf8.ts';
import { must } from '../../src/base/must.ts';
import { StoreError, type Revision } from '../../src/store/store.ts';
import { DELETED, type LoadedRows, type RowNumber } from './load-rows.ts';
import { WAY_BACK } from './way-back.ts';

/** Which of the rows mean what. */
export interface Arrangement {
  /** Those that hold what is there now, in byte order of their keys. */
  readonly live: Uint32Array<ArrayBuffer>;
  /** The first row of history; it and all later ones are history. */
  readonly first: RowNumber;
  /** For each row of history, from `first` on, the one that held its key before; `NONE` where it was absent. */
  readonly previous: Int32Array<ArrayBuffer>;
  /** Rows that history does not need and a crash kept from being deleted, to be deleted in this order. */
  readonly garbage: Uint32Array<ArrayBuffer>;
}

export const NONE = -1;

/** Throws `Corrupt` where history needs a row that is not there. */
export function arrangeRows(rows: LoadedRows, compacted: Revision): Arrangement {
  const { keys, revisions, lengths } = rows;
  const newest = new Map<string, RowNumber>();
  const previous: RowNumber[] = [];
  const garbage: RowNumber[] = [];
  for (const [row, key] of keys.entries()) {
    const before = newest.get(key);
    const isDeletion = lengths[row] === DELETED;
    if ((revisions[row] ?? 0) > compacted) {
      refuseOrphan(rows, row, before);
      previous.push(before ?? NONE);
    } else {
      if (before !== undefined) garbage.push(before);
      if (isDeletion) garbage.push(row);
    }
    if (isDeletion) newest.delete(key);
    else newest.set(key, row);
  }
  return {
    live: Uint32Array.from(inByteOrder([...newest.keys()]), key => must(newest.get(key), 'keys come from this map')),
    first: keys.length - previous.length,
    previous: Int32Array.from(previous),
    garbage: Uint32Array.from(garbage),
  };
}

/** A row knows since when its key has been there. */
function refuseOrphan({ keys, revisions, createRevisions }: LoadedRows, row: RowNumber, before?: RowNumber): void {
  const [revision, since] = [revisions[row], createRevisions[row]];
  const expected = since === revision ? undefined : since;
  if ((before === undefined ? undefined : createRevisions[before]) === expected) return;
  const place = `${JSON.stringify(keys[row])} before revision ${revision}`;
  throw new StoreError('Corrupt', `the database has lost a row of ${place}. ${WAY_BACK}`);
}

/** Native sorting is much faster and almost always in byte order, too. */
function inByteOrder(keys: string[]): readonly string[] {
  keys.sort();
  const isInOrder = keys.every((key, index) => index === 0 || compareUtf8(keys[index - 1] ?? '', key) < 0);
  return isInOrder ? keys : keys.sort(compareUtf8);
}

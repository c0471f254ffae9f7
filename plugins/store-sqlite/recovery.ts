import { OrderedMap } from '../../src/base/ordered-map.ts';
import type { AtRest } from '../../src/store/at-rest.ts';
import type { Version } from '../../src/store/batch.ts';
import type { Recovered } from '../../src/store/recovered.ts';
import type { Entry } from '../../src/store/store.ts';
import type { Loaded } from './load.ts';
import { LoadedEntries } from './loaded-entries.ts';
import { LoadedPast } from './loaded-past.ts';

/** The tree of what is there now, at once, and a past that is read when somebody asks for it. */
export function recover(loaded: Loaded, nowMs: number, atRest: AtRest): Recovered {
  const { meta, rows, live } = loaded;
  const entries = new LoadedEntries(rows, atRest);
  const current: Entry[] = [];
  const deadlines: { readonly key: string; readonly modRevision: number; readonly deadlineMs: number }[] = [];
  for (const row of live) {
    const entry = entries.of(row);
    const deadlineMs = rows.deadlinesMs[row] ?? Number.NaN;
    if (!Number.isNaN(deadlineMs)) deadlines.push({ key: entry.key, modRevision: entry.modRevision, deadlineMs });
    current.push(entry);
  }
  return {
    compacted: meta.compacted,
    past: new LoadedPast(loaded, entries, nowMs),
    revision: Math.max(meta.revision, rows.revisions.at(-1) ?? 0),
    root: OrderedMap.fromSorted(
      current.map(({ key }) => key),
      current,
    ),
    deadlines,
  };
}

/** Rows to be deleted with the next writes. */
export const garbageOf = ({ rows: { keys, revisions }, garbage }: Loaded): readonly Version[] =>
  Array.from(garbage, row => ({ key: keys[row] ?? '', revision: revisions[row] ?? 0 }));

import type { SeededRandom } from '../../src/sdk/testing/seeded-random.ts';
import type { Store, TransactionResult, WatchBatch, WatchOptions } from '../../src/store/store.ts';
import type { SimDisk } from './sim-disk.ts';

/** Defects a store can be given, so that the checkers are seen to find them. */
export const STORE_BUGS = [
  'reads before sync',
  'conflicts before sync',
  'stale reads',
  'lists of two revisions',
  'watch leaves one out',
  'watch repeats one',
  'watch swaps two',
  'watch splits a transaction',
  'watch tells of other keys',
  'watch forgets what was before',
  'watch takes every change for a creation',
  'watch progresses past what it did not tell',
  'watch resumes too late',
] as const;
export type StoreBug = (typeof STORE_BUGS)[number];

export function buggyStore(store: Store, disk: SimDisk, random: SeededRandom, bug: StoreBug): Store {
  return {
    get committed() {
      return store.committed;
    },
    get compacted() {
      return store.compacted;
    },
    get failure() {
      return store.failure;
    },
    get: async (key, options) => {
      const unsynced = disk.unsynced.at(-1);
      if (bug === 'reads before sync' && unsynced !== undefined && options?.revision === undefined) {
        return { entry: unsynced.root.get(key), revision: unsynced.revision };
      }
      const now = await store.get(key, options);
      const isStale = bug === 'stale reads' && options?.revision === undefined && random.chance(0.05);
      return isStale ? store.get(key, { revision: Math.max(store.compacted, now.revision - 3) }) : now;
    },
    list: async (prefix, options) => {
      const range = await store.list(prefix, options);
      if (bug !== 'lists of two revisions' || !random.chance(0.2)) return range;
      const older = await store.list(prefix, { revision: Math.max(1, store.compacted, range.revision - 4) });
      return { ...range, entries: [...older.entries.slice(0, 1), ...range.entries.slice(1)] };
    },
    count: prefix => store.count(prefix),
    compact: revision => store.compact(revision),
    backup: path => store.backup(path),
    transact: async transaction => {
      const unsynced = disk.unsynced.at(-1);
      if (bug === 'conflicts before sync' && unsynced !== undefined) {
        const current = transaction.guards.map(({ key }) => unsynced.root.get(key));
        const holds = transaction.guards.every(({ modRevision }, n) => (current[n]?.modRevision ?? 0) === modRevision);
        if (!holds) return { ok: false, current, revision: unsynced.revision } satisfies TransactionResult;
      }
      return store.transact(transaction);
    },
    watch: (prefix, options) => buggyWatch(store, random, bug, prefix, options),
  };
}

async function* buggyWatch(
  store: Store,
  random: SeededRandom,
  bug: StoreBug,
  prefix: string,
  options: WatchOptions,
): AsyncGenerator<WatchBatch, void, undefined> {
  const after = bug === 'watch resumes too late' ? Math.min(options.after + 1, store.committed) : options.after;
  const asked = bug === 'watch tells of other keys' ? prefix.slice(0, -1) : prefix;
  let held: WatchBatch | undefined;
  for await (const batch of store.watch(asked, { ...options, after })) {
    const isNow = random.chance(0.05) && batch.changes.length > 0;
    if (isNow && bug === 'watch leaves one out') continue;
    if (isNow && bug === 'watch swaps two' && held === undefined) {
      held = batch;
      continue;
    }
    if (isNow && bug === 'watch progresses past what it did not tell') {
      yield { revision: batch.revision, changes: [] };
      continue;
    }
    yield* distorted(batch, bug, isNow);
    if (held !== undefined) yield held;
    held = undefined;
  }
}

function distorted(batch: WatchBatch, bug: StoreBug, isNow: boolean): readonly WatchBatch[] {
  const { revision, changes } = batch;
  if (isNow && bug === 'watch repeats one') return [batch, batch];
  if (bug === 'watch splits a transaction' && changes.length > 1) {
    return [
      { revision, changes: changes.slice(0, 1) },
      { revision, changes: changes.slice(1) },
    ];
  }
  if (bug === 'watch forgets what was before' || bug === 'watch takes every change for a creation') {
    const isCreate = bug !== 'watch forgets what was before';
    return [
      {
        revision,
        changes: changes.map(change => {
          if (change.type === 'delete') return change;
          const entry = isCreate ? { ...change.entry, createRevision: change.entry.modRevision } : change.entry;
          return { ...change, entry, previous: isCreate ? change.previous : undefined };
        }),
      },
    ];
  }
  return [batch];
}

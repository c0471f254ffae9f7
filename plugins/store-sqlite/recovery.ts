import { compareUtf8 } from '../../src/base/compare-utf8.ts';
import { must } from '../../src/base/must.ts';
import { OrderedMap } from '../../src/base/ordered-map.ts';
import { replay, type Batch, type Root } from '../../src/store/history.ts';
import type { Recovered } from '../../src/store/mvcc-store.ts';
import { StoreError, type Change, type Entry } from '../../src/store/store.ts';
import { WAY_BACK } from './database.ts';
import { unpack, type PackedRows, type RowRef } from './protocol.ts';
import type { Meta, Row } from './row.ts';

/**
 * Values stay views of the chunk they came in: a hundred thousand buffers of their own would take most
 * of the time to open. What a chunk keeps alive is at most what was loaded.
 */
type LoadedRow = Row & { readonly value: Buffer | null };

/** Builds the tree and the recent past from the rows of a database, which come in order of their ids. */
export class Recovery {
  readonly #meta: Meta;
  readonly #nowMs: number;
  readonly #current = new Map<string, Entry>();
  readonly #deadlines = new Map<
    string,
    { readonly key: string; readonly modRevision: number; readonly deadlineMs: number }
  >();
  readonly #garbage: RowRef[] = [];
  readonly #later: { revision: number; changes: Change[]; bytes: number }[] = [];
  #base: Root | undefined;

  constructor(meta: Meta, nowMs: number) {
    this.#meta = meta;
    this.#nowMs = nowMs;
  }

  add(packed: PackedRows): void {
    for (const row of unpack(packed)) {
      if (row.revision <= this.#meta.compacted) this.#addOld(row);
      else this.#addLater(row);
    }
  }

  /** Rows that history no longer needs and a crash kept from being deleted. */
  get garbage(): readonly RowRef[] {
    return this.#garbage;
  }

  finish(): Recovered {
    const base = this.#base ?? this.#sorted();
    let root = base;
    const batches = this.#later.map(({ revision, changes, bytes }) => {
      root = replay(root, changes);
      return { batch: { revision, changes, bytes, atMs: this.#nowMs } satisfies Batch, root };
    });
    const revision = Math.max(this.#meta.revision, this.#later.at(-1)?.revision ?? 0);
    return {
      compacted: this.#meta.compacted,
      base,
      batches,
      revision,
      root,
      deadlines: [...this.#deadlines.values()],
    };
  }

  #addOld(row: LoadedRow): void {
    const previous = this.#current.get(row.key);
    if (previous !== undefined) this.#garbage.push({ key: row.key, revision: previous.modRevision });
    if (row.value === null) this.#garbage.push({ key: row.key, revision: row.revision });
    this.#apply(row);
  }

  #addLater(row: LoadedRow): void {
    this.#base ??= this.#sorted();
    const previous = this.#current.get(row.key);
    const isOrphan =
      previous?.createRevision !== (row.createRevision === row.revision ? undefined : row.createRevision);
    if (isOrphan) {
      const place = `${JSON.stringify(row.key)} before revision ${row.revision}`;
      throw new StoreError('Corrupt', `the database has lost a row of ${place}. ${WAY_BACK}`);
    }
    const entry = this.#apply(row);
    const { key, revision } = row;
    const last = this.#later.at(-1);
    const batch = last?.revision === revision ? last : { revision, changes: [], bytes: 0 };
    if (batch !== last) this.#later.push(batch);
    batch.bytes += row.value?.length ?? 0;
    if (entry !== undefined) batch.changes.push({ type: 'put', entry, previous });
    else batch.changes.push({ type: 'delete', key, previous: must(previous, 'an orphan was refused'), revision });
  }

  #apply({ key, value, revision, createRevision, deadlineMs }: LoadedRow): Entry | undefined {
    this.#deadlines.delete(key);
    if (value === null) {
      this.#current.delete(key);
      return undefined;
    }
    const entry: Entry = { key, value, createRevision, modRevision: revision };
    this.#current.set(key, entry);
    if (deadlineMs !== null) this.#deadlines.set(key, { key, modRevision: revision, deadlineMs });
    return entry;
  }

  /** The tree of what is there now. Native sorting is much faster and almost always in byte order, too. */
  #sorted(): Root {
    const keys = [...this.#current.keys()].sort();
    const isInOrder = keys.every((key, index) => index === 0 || compareUtf8(keys[index - 1] ?? '', key) < 0);
    if (!isInOrder) keys.sort(compareUtf8);
    return OrderedMap.fromSorted(
      keys,
      keys.map(key => must(this.#current.get(key), 'keys come from this map')),
    );
  }
}

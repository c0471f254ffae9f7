import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { must } from '../../src/base/must.ts';
import type { Timers } from '../../src/base/world.ts';
import type { AtRest } from '../../src/store/at-rest.ts';
import type { Version } from '../../src/store/batch.ts';
import type { Commit } from '../../src/store/group-commit.ts';
import type { Driver } from '../../src/store/mvcc-store.ts';
import { StoreError, type Revision } from '../../src/store/store.ts';
import {
  BACKUP_DEADLINE_MS,
  CLOSE_DEADLINE_MS,
  GARBAGE_PER_GROUP,
  GARBAGE_PER_ROW,
  WRITE_DEADLINE_MS,
  YOUNG_MEGABYTES,
} from './limits.ts';
import { pack, type FromThread, type ThreadData, type ToThread } from './protocol.ts';
import type { Meta, Row } from './row.ts';
import type { SnapshotThreadData } from './snapshot-thread.ts';

export interface DiskParts {
  readonly worker: Worker;
  readonly timers: Timers;
  readonly databasePath: string;
  readonly atRest: AtRest;
}

/** The driver's half in this thread: packs groups, carries garbage along, and waits for the other half. */
export class ThreadDisk implements Driver {
  readonly #worker: Worker;
  readonly #timers: Timers;
  readonly #databasePath: string;
  readonly #atRest: AtRest;
  #garbage: Version[] = [];
  #meta: Meta;
  #isMetaStale = false;
  #waiting: { readonly done: () => void; readonly failed: (error: StoreError) => void } | undefined;
  #loss: StoreError | undefined;
  /** Told when the thread is gone without having been asked to go. */
  onLost: (error: StoreError) => void = () => undefined;

  constructor({ worker, timers, databasePath, atRest }: DiskParts, meta: Meta, garbage: readonly Version[]) {
    this.#worker = worker;
    this.#timers = timers;
    this.#databasePath = databasePath;
    this.#atRest = atRest;
    this.#meta = meta;
    this.#garbage = [...garbage];
    worker.on('message', (message: FromThread) => this.#receive(message));
    worker.on('error', error => this.#lose(`the store's thread failed: ${error.message}`, error));
    worker.on('exit', () => this.#lose("the store's thread ended"));
    worker.unref();
  }

  defer(flush: () => void): void {
    setImmediate(flush);
  }

  async write(commits: readonly Commit[]): Promise<void> {
    const rows = commits.flatMap(commit => rowsOf(commit, this.#atRest));
    const take = Math.max(GARBAGE_PER_GROUP, rows.length * GARBAGE_PER_ROW);
    const revision = commits.at(-1)?.revision ?? this.#meta.revision;
    this.#meta = { ...this.#meta, revision };
    /** A group without commits is there to tidy up: it goes on until nothing is left. */
    do {
      const garbage = this.#garbage.slice(0, take);
      const isMetaDue = garbage.length > 0 || this.#isMetaStale;
      const packed = pack(rows);
      const isTidied = commits.length === 0 && garbage.length === this.#garbage.length;
      const meta = isMetaDue ? this.#meta : null;
      const message: ToThread = { type: 'write', packed, garbage, meta, isTidied };
      if (rows.length > 0 || isMetaDue) await this.#send(message, [packed.bytes.buffer]);
      this.#garbage.splice(0, garbage.length);
      this.#isMetaStale = false;
    } while (commits.length === 0 && this.#garbage.length > 0);
  }

  forget(gone: readonly Version[], compacted: Revision): void {
    this.#isMetaStale ||= compacted > this.#meta.compacted;
    this.#meta = { ...this.#meta, compacted };
    for (const version of gone) this.#garbage.push(version);
  }

  async backup(path: string): Promise<void> {
    const workerData: SnapshotThreadData = { databasePath: this.#databasePath, target: path };
    const worker = new Worker(new URL('./snapshot-thread.ts', import.meta.url), {
      workerData,
      name: 'tiphys-snapshot',
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    worker.once('message', resolve).once('error', reject);
    worker.once('exit', () => reject(new StoreError('Failed', 'the thread that saves a snapshot ended early')));
    const late = this.#timers.after(BACKUP_DEADLINE_MS, () => {
      reject(new StoreError('Failed', `the snapshot was not saved within ${BACKUP_DEADLINE_MS / 60_000} minutes`));
    });
    try {
      await promise;
    } finally {
      late[Symbol.dispose]();
      await worker.terminate();
    }
  }

  async close(): Promise<void> {
    const isLost = this.#loss !== undefined;
    this.#loss ??= new StoreError('Closed', 'the store is closed');
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    /** A thread that hangs in the kernel cannot be ended; the folder stays locked as long as it lives. */
    const late = this.#timers.after(CLOSE_DEADLINE_MS, resolve);
    const end = (): void => void this.#worker.terminate().then(() => resolve(), reject);
    this.#worker.ref();
    this.#worker.once('exit', () => resolve());
    if (isLost) end();
    else this.#worker.postMessage({ type: 'close' } satisfies ToThread, []);
    try {
      await promise;
    } finally {
      late[Symbol.dispose]();
      end();
    }
  }

  async #send(message: ToThread, transfer: readonly ArrayBuffer[]): Promise<void> {
    if (this.#loss !== undefined) throw this.#loss;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting = { done: resolve, failed: reject };
    const late = this.#timers.after(WRITE_DEADLINE_MS, () => {
      this.#lose(`the disk did not take a write within ${WRITE_DEADLINE_MS / 1000} s`);
    });
    this.#worker.ref();
    this.#worker.postMessage(message, transfer);
    try {
      await promise;
    } finally {
      late[Symbol.dispose]();
      this.#waiting = undefined;
      this.#worker.unref();
    }
  }

  #receive(message: FromThread): void {
    if (message.type === 'written') must(this.#waiting, 'a write is answered once').done();
    if (message.type !== 'refused') return;
    const error = new StoreError(message.code, message.message);
    if (this.#waiting === undefined) this.#lose(message.message, error);
    else this.#waiting.failed(error);
  }

  #lose(reason: string, cause?: unknown): void {
    if (this.#loss !== undefined) return;
    this.#loss = new StoreError('Failed', reason, { cause });
    this.#waiting?.failed(this.#loss);
    this.onLost(this.#loss);
  }
}

/** A thread does not share the compile cache its process enabled, and would strip types anew, for 30 ms. */
export function startThread(workerData: ThreadData): Worker {
  const cache = getCompileCacheDir();
  const env = cache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cache) };
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MEGABYTES };
  return new Worker(new URL('./thread.ts', import.meta.url), { workerData, env, resourceLimits, name: 'tiphys-store' });
}

function rowsOf({ revision, changes, deadlines }: Commit, atRest: AtRest): readonly Row[] {
  return changes.map((change, ordinal): Row => {
    const deadlineMs = deadlines[ordinal] ?? null;
    if (change.type === 'delete') {
      const { key, previous } = change;
      return { revision, ordinal, key, createRevision: previous.createRevision, deadlineMs, value: null };
    }
    const { key, createRevision, value } = change.entry;
    return { revision, ordinal, key, createRevision, deadlineMs, value: atRest.seal(key, value) };
  });
}

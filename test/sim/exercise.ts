import { setTimeout } from 'node:timers/promises';
import { must } from '../../src/base/must.ts';
import { seededRandom } from '../../src/sdk/testing/seeded-random.ts';
import type { Store } from '../../src/store/store.ts';
import { client, seenBatch, watcher, type ClientWorld, type Process } from './clients.ts';
import type { Operation, RunHistory, SeenBatch, WatchSession } from './history.ts';

export interface ExerciseOptions {
  readonly seed: number;
  readonly operations: number;
  /** How often the store is closed and opened anew meanwhile. */
  readonly restarts: number;
  readonly open: () => Promise<Store & AsyncDisposable>;
  /** How many have it open at the same time; 1 unless given. Whoever asks then asks any of them. */
  readonly servers?: number;
}

/** The same clients and watchers on a real driver, in real time. Its own history, read at the end, is what they are held to. */
export async function exercise(options: ExerciseOptions): Promise<RunHistory> {
  const { seed, operations: wanted, restarts, open, servers = 1 } = options;
  const operations: Operation[] = [];
  const sessions: WatchSession[] = [];
  let ticks = 0;
  let isQuiet = false;
  const random = seededRandom(seed);
  let processes = Promise.withResolvers<readonly Process[]>();
  const start = async (): Promise<readonly (Store & AsyncDisposable)[]> => {
    const stores = await Promise.all(Array.from({ length: servers }, open));
    processes.resolve(stores.map(store => ({ store, killed: new Promise(() => undefined) })));
    return stores;
  };
  const world: ClientWorld = {
    random,
    process: async () => {
      const all = await processes.promise;
      return must(all[random.below(all.length)], 'a server runs');
    },
    sleep: ms => setTimeout(ms / 4),
    isOver: () => isQuiet,
    tick: () => ticks++,
    /** The whole history is read in the end. */
    compacts: false,
  };
  const isEnough = (): boolean => operations.length >= wanted;
  const watchers = Array.from({ length: 4 }, (_, id) => watcher(id, world, sessions));
  const clients = Array.from({ length: 6 }, (_, id) => client(id, { ...world, isOver: isEnough }, operations));
  for (let run = 0; run < restarts; run++) {
    const stores = await start();
    while (operations.length < (wanted * (run + 1)) / (restarts + 1)) await setTimeout(2);
    processes = Promise.withResolvers();
    for (const store of stores) await store[Symbol.asyncDispose]();
  }
  await using opened = new AsyncDisposableStack();
  const [store] = (await start()).map(one => opened.use(one));
  await Promise.all(clients);
  isQuiet = true;
  await Promise.all(watchers);
  return { operations, sessions, log: await logOf(must(store, 'a store is open')) };
}

async function logOf(store: Store): Promise<readonly SeenBatch[]> {
  const log: SeenBatch[] = [];
  const { committed } = store;
  const over = new AbortController();
  for await (const batch of store.watch('/', { after: 1, signal: over.signal, progressMs: 50 })) {
    if (batch.changes.length > 0) log.push(seenBatch(batch));
    if (batch.revision >= committed) over.abort();
  }
  return log;
}

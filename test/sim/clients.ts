import type { SeededRandom } from '../../src/sdk/testing/seeded-random.ts';
import {
  StoreError,
  type Change,
  type Entry,
  type Revision,
  type Store,
  type StoreErrorCode,
  type WatchBatch,
  type Write,
} from '../../src/store/store.ts';
import type { Input, Operation, Output, Seen, SeenBatch, WatchSession } from './history.ts';

/** The store of the process that runs now, and the end of that process. */
export interface Process {
  readonly store: Store;
  /** Resolves when it is killed; what it was asked then stays unanswered. */
  readonly killed: Promise<'killed'>;
}

export interface ClientWorld {
  readonly random: SeededRandom;
  /** Of the process that runs, or will run next. */
  process(): Promise<Process>;
  sleep(ms: number): Promise<void>;
  isOver(): boolean;
  tick(): number;
  /** Whether clients also ask for compaction. */
  readonly compacts: boolean;
}

const KEYS = ['/a/1', '/a/2', '/a/3', '/ab/1', '/b/1', '/b/2'] as const;
const PREFIXES = ['/', '/a', '/a/', '/b/'] as const;

/** Asks the store of everything, one thing at a time, until the run is over. */
export async function client(id: number, world: ClientWorld, operations: Operation[]): Promise<void> {
  const { random } = world;
  const known = new Map<string, Seen | undefined>();
  for (let count = 0; !world.isOver(); count++) {
    await world.sleep(random.fraction() * 4);
    const process = await world.process();
    if (world.isOver()) return;
    if (world.compacts && random.chance(0.01)) await Promise.race([compact(process.store, random), process.killed]);
    const input = chosenInput(random, known, process.store, `${id}-${count}`);
    const operation: Operation = { client: id, call: world.tick(), input };
    operations.push(operation);
    const output = await Promise.race([ask(process.store, input), process.killed]);
    if (output === 'killed' || output === 'unknown') continue;
    operation.end = world.tick();
    operation.output = output;
    if (output.type === 'read' && input.type === 'get' && input.at === undefined)
      known.set(input.key, output.entries.get(input.key));
    if (output.type === 'conflict') for (const [key, seen] of output.current) known.set(key, seen);
    if (output.type === 'written' && input.type === 'write') {
      for (const [key, text] of input.writes) {
        known.set(key, text === undefined ? undefined : { text, modRevision: output.revision });
      }
    }
  }
}

/** A store that fails or is killed meanwhile shows that elsewhere. */
async function compact(store: Store, random: SeededRandom): Promise<void> {
  try {
    await store.compact(Math.max(store.compacted, store.committed - 20 - random.below(60)));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

function chosenInput(
  random: SeededRandom,
  known: ReadonlyMap<string, Seen | undefined>,
  store: Store,
  text: string,
): Input {
  const key = random.pick(KEYS);
  const past = (): { readonly at: Revision } | object =>
    random.chance(0.2) ? { at: Math.max(1, store.committed - random.below(30)) } : {};
  if (random.chance(0.3)) return { type: 'get', key, ...past() };
  if (random.chance(0.15)) return { type: 'list', prefix: random.pick(PREFIXES), ...past() };
  const keys = new Set<string>([key]);
  while (random.chance(0.3)) keys.add(random.pick(KEYS));
  const guarded = [...keys].filter(() => random.chance(0.5));
  return {
    type: 'write',
    guards: new Map(guarded.map(key => [key, known.get(key)])),
    writes: new Map([...keys].map(key => [key, random.chance(0.3) ? undefined : text])),
  };
}

/** `unknown`: the store failed, and what became of it shows later. */
async function ask(store: Store, input: Input): Promise<Output | 'unknown'> {
  try {
    if (input.type === 'write') return await write(store, input);
    const at = input.at === undefined ? {} : { revision: input.at };
    if (input.type === 'list') {
      const { entries, revision } = await store.list(input.prefix, at);
      return { type: 'read', entries: new Map(entries.map(entry => [entry.key, seen(entry)])), revision };
    }
    const { entry, revision } = await store.get(input.key, at);
    return { type: 'read', entries: new Map(entry === undefined ? [] : [[entry.key, seen(entry)]]), revision };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return UNKNOWN.includes(error.code) ? 'unknown' : { type: 'refused' };
  }
}

/** Of a read they mean nothing, of a write that it may have been done. */
const UNKNOWN: readonly StoreErrorCode[] = ['Failed', 'Closed', 'Unanswered'];

async function write(store: Store, input: Input & { readonly type: 'write' }): Promise<Output> {
  const guards = [...input.guards].map(([key, seen]) => ({ key, modRevision: seen?.modRevision ?? 0 }));
  const writes = [...input.writes].map(
    ([key, text]): Write => (text === undefined ? { delete: key } : { put: key, value: Buffer.from(text) }),
  );
  const result = await store.transact({ guards, writes });
  if (result.ok) return { type: 'written', revision: result.revision };
  const current = result.current.map((entry, index) => [guards[index]?.key ?? '', seen(entry)] as const);
  return { type: 'conflict', current: new Map(current), revision: result.revision };
}

/** Watches a prefix as long as the run lasts, resuming where it was; slow at times. */
export async function watcher(id: number, world: ClientWorld, sessions: WatchSession[]): Promise<void> {
  const { random } = world;
  const prefix = random.pick(PREFIXES);
  let after: Revision | undefined;
  while (!world.isOver()) {
    const process = await world.process();
    const resumes = after !== undefined;
    after ??= process.store.committed;
    const session: WatchSession = { watcher: id, prefix, after, resumes, batches: [], isLast: false };
    sessions.push(session);
    const ended = await follow(session, process, world);
    after = session.batches.at(-1)?.revision ?? session.after;
    /** What history no longer holds is not promised; a client lists anew and watches from there. */
    if (ended === 'Compacted' || ended === 'Overrun') after = undefined;
    else if (ended === 'over') session.isLast = true;
    else if (ended !== 'killed' && ended !== 'Failed' && ended !== 'Closed') session.problem = `it ended with ${ended}`;
    await world.sleep(random.fraction() * 5);
  }
}

async function follow(session: WatchSession, { store, killed }: Process, world: ClientWorld): Promise<string> {
  const { signal } = new AbortController();
  const watch = store.watch(session.prefix, { after: session.after, signal, progressMs: 40 })[Symbol.asyncIterator]();
  const isSlow = world.random.chance(0.2);
  try {
    for (;;) {
      const next = await Promise.race([watch.next(), killed]);
      if (next === 'killed' || next.done === true) return 'killed';
      session.batches.push(seenBatch(next.value));
      if (world.isOver() && next.value.revision >= store.committed) return 'over';
      if (isSlow && !world.isOver()) await Promise.race([world.sleep(world.random.below(300)), killed]);
    }
  } catch (error) {
    if (error instanceof StoreError) return error.code;
    throw error;
  }
}

function seen(entry: Entry): Seen;
function seen(entry: Entry | undefined): Seen | undefined;
function seen(entry: Entry | undefined): Seen | undefined {
  return entry === undefined ? undefined : { text: entry.value.toString(), modRevision: entry.modRevision };
}

export const seenBatch = ({ revision, changes }: Pick<WatchBatch, 'revision' | 'changes'>): SeenBatch => ({
  revision,
  changes: changes.map((change: Change) =>
    change.type === 'put'
      ? {
          key: change.entry.key,
          text: change.entry.value.toString(),
          isCreate: change.entry.createRevision === change.entry.modRevision,
          previous: seen(change.previous),
        }
      : { key: change.key, text: undefined, isCreate: false, previous: seen(change.previous) },
  ),
});

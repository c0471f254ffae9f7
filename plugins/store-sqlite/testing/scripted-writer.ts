import { writeSync, openSync } from 'node:fs';
import { must } from '../../../src/base/must.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { StoreError, type Store } from '../../../src/store/store.ts';
import { openMendingSqliteStore } from '../mending-sqlite-store.ts';
import { arm } from './disk-tap.ts';
import type { SaidLine } from './ledger.ts';
import { LAST, scriptOf, writesOf, type ScriptOptions, type Step } from './script.ts';

/** A process that plays a part of a script on a store and says into a file what it was told. */
export interface ScriptedRun {
  readonly folder: string;
  readonly said: string;
  readonly script: ScriptOptions;
  /** Groups `from` to `to - 1` are played. */
  readonly from: number;
  readonly to: number;
  /** Killed before the sync of the last group, told that it failed, or closed in good order. */
  readonly end: 'kill' | 'failed-sync' | 'close';
}

/** So that the log begins anew many times in a short script. */
const SMALL_CHECKPOINT_BYTES = 512 * 1024;

if (import.meta.main) await play(JSON.parse(must(process.argv[2], 'a run is given')) as ScriptedRun);

async function play({ folder, said, script, from, to, end }: ScriptedRun): Promise<void> {
  const file = openSync(said, 'a');
  const say = (line: SaidLine): void => void writeSync(file, `${JSON.stringify(line)}\n`);
  /** What waits for the store to be opened anew does not hold a process. */
  const alive = setInterval(() => undefined, 1_000);
  const mended = Promise.withResolvers<void>();
  const store = await openMendingSqliteStore({
    folder,
    world: hostWorld(),
    checkpointBytes: SMALL_CHECKPOINT_BYTES,
    onMended: () => mended.resolve(),
  });
  const sayFound = async (): Promise<void> => {
    const { entry, revision } = await store.get(LAST);
    say({ found: Number(entry?.value ?? 0), revision });
  };
  await sayFound();
  const over = new AbortController();
  const watching = (async () => {
    const { signal } = over;
    for await (const { revision } of store.watch('/', { after: store.committed, signal })) say({ saw: revision });
  })();
  for (const [index, group] of scriptOf(script).slice(from, to).entries()) {
    const isLast = from + index === to - 1;
    if (isLast && end !== 'close') failSync(end === 'kill' ? 'KILL' : 'EIO');
    const outcomes = await Promise.all(group.map(step => send(store, step, say)));
    if (outcomes.includes('unknown')) {
      await mended.promise;
      await sayFound();
    }
    if (index % 7 === 6) await store.compact(Math.max(store.compacted, store.committed - 12));
  }
  over.abort();
  await watching;
  await store[Symbol.asyncDispose]();
  clearInterval(alive);
}

/** The next sync of the log: what it was for is in the kernel's memory only. */
function failSync(fault: 'KILL' | 'EIO'): void {
  arm({ fault, first: 1, kinds: 's', path: 'store.db-wal' });
}

async function send(store: Store, step: Step, say: (line: SaidLine) => void): Promise<'acked' | 'unknown'> {
  say({ sent: step.index });
  try {
    const { revision } = await store.transact({ guards: [], writes: writesOf(step) });
    say({ acked: step.index, revision });
    return 'acked';
  } catch (error) {
    if (error instanceof StoreError && error.code === 'Failed') return 'unknown';
    throw error;
  }
}

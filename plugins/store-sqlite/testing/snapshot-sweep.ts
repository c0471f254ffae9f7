import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../../../src/base/must.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import { openSqliteStore } from '../sqlite-store.ts';
import { restoreSnapshot, saveSnapshot, verifySnapshot } from '../snapshot.ts';
import { databasePathIn } from '../store-folder.ts';
import { arm, callsSinceArmed, disarm, type Fault } from './disk-tap.ts';
import { findState } from './find-state.ts';

/** A tapped process that saves and restores a snapshot again and again, each time with another call to the disk failing. */
export interface SnapshotSweepLine {
  readonly command: 'save' | 'restore';
  readonly fault: Fault;
  readonly call: number;
  readonly calls: number;
  readonly isRefused: boolean;
  readonly wrong?: string;
}

const COMMANDS = ['save', 'restore'] as const;

if (import.meta.main) {
  const root = must(process.argv[2], 'a folder is given');
  const stride = Number(must(process.argv[3], 'a stride is given'));
  await prepare(root);
  for (const command of COMMANDS) {
    const { calls } = await attempt(root, command, 'COUNT', 0);
    for (const fault of ['EIO', 'ENOSPC'] as const) {
      for (let call = 1; call <= calls; call += stride) {
        console.log(JSON.stringify(await attempt(root, command, fault, call)));
      }
    }
  }
}

/** A store that holds `old`, a snapshot of when it held `new`, and one of nothing. */
async function prepare(root: string): Promise<void> {
  const folder = join(root, 'template');
  const store = await openSqliteStore({ folder, world: hostWorld() });
  await saveSnapshot(databasePathIn(folder), join(root, 'empty.db'));
  for (const text of ['new', 'old']) {
    await store.transact({ guards: [], writes: [{ put: '/a', value: Buffer.from(text) }] });
    if (text === 'new') await saveSnapshot(databasePathIn(folder), join(root, 'new.db'));
  }
  await store[Symbol.asyncDispose]();
}

async function attempt(
  root: string,
  command: 'save' | 'restore',
  fault: Fault,
  call: number,
): Promise<SnapshotSweepLine> {
  const work = join(root, 'work');
  const folder = join(work, 'db');
  const saved = join(work, 'saved.db');
  mkdirSync(work);
  cpSync(join(root, 'template'), folder, { recursive: true });
  cpSync(join(root, 'empty.db'), saved);
  arm({ fault, first: call, path: '/work/' });
  let isRefused = false;
  try {
    if (command === 'save') await saveSnapshot(databasePathIn(folder), saved);
    else await restoreSnapshot(join(root, 'new.db'), folder, { nowMs: 0, pid: process.pid });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    isRefused = true;
  }
  const calls = callsSinceArmed(join(root, 'calls'));
  disarm();
  const wrong = command === 'save' ? wrongWithSaved(saved, isRefused) : wrongWithStore(folder, isRefused);
  rmSync(work, { recursive: true });
  return { command, fault, call, calls, isRefused, ...(wrong === undefined ? {} : { wrong }) };
}

/** What had the name before has it still, or the new one whole. */
function wrongWithSaved(saved: string, isRefused: boolean): string | undefined {
  if (!existsSync(saved)) return 'the snapshot of before is gone';
  const { keys } = verifySnapshot(saved);
  return keys === 1 || isRefused ? undefined : 'it was said to be saved and is not';
}

function wrongWithStore(folder: string, isRefused: boolean): string | undefined {
  const text = findState(folder).entries.find(({ key }) => key === '/a')?.text;
  if (text !== 'new' && text !== 'old') return `the store holds ${text}`;
  return text === 'new' || isRefused ? undefined : 'it was said to be restored and is not';
}

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../../../src/base/must.ts';
import { hostWorld } from '../../../src/kernel/host-world.ts';
import type { Store } from '../../../src/store/store.ts';
import { openSqliteStore } from '../sqlite-store.ts';
import { restoreSnapshot, saveSnapshot } from '../snapshot.ts';
import { databasePathIn } from '../store-folder.ts';
import { SAID } from './disk-trace.ts';

/**
 * A tapped process. `fill` writes into a store, saves a snapshot, writes something else and is killed, so
 * that a log lies beside the database; `restore` restores the snapshot, and says how far it has come.
 */
export type RestoreLine = 'restoring' | 'restored';

if (import.meta.main) {
  const [, , mode, root] = process.argv;
  const folder = join(must(root, 'a folder is given'), 'server', 'db');
  const saved = join(must(root, 'a folder is given'), 'saved.db');
  if (mode === 'fill') {
    const first = await openSqliteStore({ folder, world: hostWorld() });
    await fill(first, 'new');
    await first[Symbol.asyncDispose]();
    /** The log of this one holds some pages of the database and not others: with another database it makes no sense. */
    const store = await openSqliteStore({ folder, world: hostWorld() });
    await saveSnapshot(databasePathIn(folder), saved);
    await fill(store, 'old');
    process.kill(process.pid, 'SIGKILL');
  } else {
    const say = (line: RestoreLine): void => appendFileSync(join(must(root, 'a folder is given'), SAID), `${line}\n`);
    say('restoring');
    await restoreSnapshot(saved, folder, { nowMs: Date.UTC(2026, 0, 1), pid: process.pid });
    say('restored');
  }
}

async function fill(store: Store, text: string): Promise<void> {
  const writes = Array.from({ length: 30 }, (_, n) => ({ put: `/k/${n}`, value: Buffer.from(text.repeat(300)) }));
  await store.transact({ guards: [], writes });
}

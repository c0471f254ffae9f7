import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { World } from '../../src/base/world.ts';
import { whereStoreIs } from '../../src/store/store-elsewhere.ts';
import { StoreError } from '../../src/store/store.ts';
import { databasePathIn, storeFolderIn } from './store-folder.ts';

/** What a command says, a line at a time. */
export type Say = (line: string) => void;

/** Adds `tiphys snapshot save FILE` and `tiphys snapshot restore FILE`. SQLite is loaded when one of them runs. */
export function addSnapshotCommand(program: Command, world: World, say: Say): void {
  const snapshot = program.command('snapshot').description('save and restore all objects of a cluster');
  const dataDir = ['--data-dir <folder>', 'data directory of the server', '/var/lib/tiphys'] as const;
  snapshot
    .command('save')
    .description('write a verified copy of the store to FILE, also while the server runs')
    .argument('<file>')
    .option(...dataDir)
    .action((file: string, options: { readonly dataDir: string }) => snapshotSave(file, options.dataDir, world, say));
  snapshot
    .command('restore')
    .description('put a copy in the place of the store of a stopped server, keeping the old one beside it')
    .argument('<file>')
    .option(...dataDir)
    .action((file: string, options: { readonly dataDir: string }) =>
      snapshotRestore(file, options.dataDir, world, say),
    );
}

/** Reads the live database like every reader; the server need not know, nor be running. */
export async function snapshotSave(
  file: string,
  dataDir: string,
  world: Pick<World, 'files'>,
  say: Say,
): Promise<void> {
  await refuseElsewhere(world, dataDir, `etcdctl --endpoints=ONE snapshot save ${file}`);
  const { saveSnapshot } = await import('./snapshot.ts');
  const target = resolve(file);
  const { keys, revision } = await saveSnapshot(databasePathIn(storeFolderIn(dataDir)), target);
  say(`saved ${keys} objects at revision ${revision} to ${target}, every row verified`);
}

/** Rejects with `Locked` while a server runs on `dataDir`, with `Corrupt` when the snapshot is damaged. */
export async function snapshotRestore(
  file: string,
  dataDir: string,
  world: Pick<World, 'clock' | 'processes' | 'files'>,
  say: Say,
): Promise<void> {
  await refuseElsewhere(world, dataDir, `etcdctl snapshot restore ${file}, on every member, all servers stopped`);
  const { restoreSnapshot } = await import('./snapshot.ts');
  const folder = storeFolderIn(dataDir);
  const { keys, revision, keptIn } = await restoreSnapshot(resolve(file), folder, {
    nowMs: world.clock.now(),
    pid: world.processes.pid,
  });
  if (keptIn !== undefined) say(`kept what was there in ${keptIn}`);
  say(`restored ${keys} objects; revisions go on at ${revision}`);
}

/** What is kept in etcd is saved and put back by etcd's own tool. */
async function refuseElsewhere({ files }: Pick<World, 'files'>, dataDir: string, use: string): Promise<void> {
  const endpoints = await whereStoreIs(files, dataDir);
  if (endpoints === undefined) return;
  throw new StoreError('Failed', `the objects of this server are in etcd at ${endpoints}; use: ${use}`);
}

import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { World } from '../../../src/base/world.ts';
import { backupsAmong, COMPRESSED, planBackups } from './backup-names.ts';
import type { Rotation } from './rotation.ts';

/** Removes and compresses what was put aside, as far as is wished. */
export async function tidyBackups(
  { clock, files }: Pick<World, 'clock' | 'files'>,
  { path, ...limits }: Pick<Rotation, 'path' | 'maxBackups' | 'maxAgeDays' | 'compress'>,
): Promise<void> {
  if (limits.maxBackups === 0 && limits.maxAgeDays === 0 && !limits.compress) return;
  const folder = dirname(path);
  const backups = backupsAmong(basename(path), await files.readdir(folder));
  const { remove, compress } = planBackups(backups, limits, clock.now());
  for (const name of remove) await files.rm(join(folder, name), { force: true });
  for (const name of compress) await compressFile(files, join(folder, name));
}

/** A half-written copy is written anew the next time: the original goes last. */
async function compressFile(files: World['files'], path: string): Promise<void> {
  await using from = await files.open(path, 'r');
  const { mode, uid, gid } = await from.stat();
  await using to = await files.open(`${path}${COMPRESSED}`, 'w', mode);
  await to.chown(uid, gid);
  await pipeline(from.createReadStream(), createGzip(), to.createWriteStream());
  await files.rm(path);
}

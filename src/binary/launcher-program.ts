import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { staticProgram } from '../../images/static-program.ts';

const FOLDER = join(import.meta.dirname, '../../native/launcher');

/** The launcher, compiled; `flags` are gcc's. Needs gcc and the static library of zstd (Debian: libzstd-dev). */
export async function launcherProgram(...flags: readonly string[]): Promise<Buffer> {
  const sources = (await readdir(FOLDER)).filter(name => name.endsWith('.c')).map(name => join(FOLDER, name));
  return staticProgram('-D_GNU_SOURCE', ...flags, ...sources.toSorted(), '-lzstd');
}

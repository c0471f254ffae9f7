import { failedWith } from '../../../src/base/failed-with.ts';
import { join } from 'node:path';
import type { Files, Random } from '../../../src/base/world.ts';

/** Files of one volume by relative path. */
export type Payload = ReadonlyMap<string, PayloadFile>;
export interface PayloadFile {
  readonly data: Uint8Array;
  readonly mode: number;
  /** Owner of this one file; the volume's group rule applies otherwise. */
  readonly uid?: number;
}

export interface Ownership {
  readonly gid: number | undefined;
}

/**
 * Makes `directory` show exactly `payload`, all of it at once: files live in a fresh `..<name>` directory and
 * the `..data` link is renamed over to it. Answers whether anything changed. One writer a directory at a time.
 */
export async function writeAtomically(
  world: { readonly files: Files; readonly random: Random },
  directory: string,
  payload: Payload,
  { gid }: Ownership,
): Promise<boolean> {
  const { files, random } = world;
  await files.mkdir(directory, { recursive: true, mode: 0o755 });
  const current = await linkTarget(files, join(directory, '..data'));
  if (current !== undefined && (await shows(files, join(directory, current), payload))) return false;
  const fresh = `..${random.uuid()}`;
  const place = join(directory, fresh);
  await makeDirectories(files, place, payload, gid);
  await Promise.all([
    ...[...payload].map(([path, file]) => writeOne(files, join(place, path), file, gid)),
    link(files, directory, payload),
  ]);
  if (current === undefined) {
    await files.symlink(fresh, join(directory, '..data'));
    return true;
  }
  await files.rm(join(directory, '..data_tmp'), { force: true });
  await files.symlink(fresh, join(directory, '..data_tmp'));
  await files.rename(join(directory, '..data_tmp'), join(directory, '..data'));
  await sweep(files, directory, fresh, payload);
  return true;
}

async function makeDirectories(files: Files, place: string, payload: Payload, gid: number | undefined): Promise<void> {
  const all = new Set([place]);
  for (const path of payload.keys()) {
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth++) all.add(join(place, ...parts.slice(0, depth)));
  }
  for (const directory of all) {
    await files.mkdir(directory);
    await files.chmod(directory, 0o755);
    await own(files, directory, undefined, gid);
  }
}

async function writeOne(files: Files, target: string, file: PayloadFile, gid: number | undefined): Promise<void> {
  await files.writeFile(target, file.data, { flag: 'wx', mode: 0o600 });
  await own(files, target, file.uid, gid);
  await files.chmod(target, gid === undefined ? file.mode : file.mode | 0o040);
}

async function own(files: Files, path: string, uid: number | undefined, gid: number | undefined): Promise<void> {
  if (uid !== undefined || gid !== undefined) await files.lchown(path, uid ?? 0, gid ?? 0);
}

/** The visible names are links into `..data`, one a first path segment; they never change afterwards. */
async function link(files: Files, directory: string, payload: Payload): Promise<void> {
  const links = [...topNames(payload)].map(async name => {
    const path = join(directory, name);
    await files.symlink(join('..data', name), path).catch((error: unknown) => {
      if (!failedWith(error, 'EEXIST')) throw error;
    });
  });
  await Promise.all(links);
}

/** Takes away what no longer belongs; entries are named by us, and links are removed, not followed. */
async function sweep(files: Files, directory: string, fresh: string, payload: Payload): Promise<void> {
  const keep = new Set([fresh, '..data', ...topNames(payload)]);
  for (const name of await files.readdir(directory)) {
    if (!keep.has(name)) await files.rm(join(directory, name), { recursive: true, force: true });
  }
}

const topNames = (payload: Payload): ReadonlySet<string> =>
  new Set([...payload.keys()].map(path => path.split('/', 1)[0] ?? path));

async function linkTarget(files: Files, path: string): Promise<string | undefined> {
  return files.readlink(path).catch((error: unknown) => {
    if (failedWith(error, 'ENOENT', 'EINVAL')) return undefined;
    throw error;
  });
}

async function shows(files: Files, place: string, payload: Payload): Promise<boolean> {
  const found = await files.readdir(place, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (failedWith(error, 'ENOENT')) return [];
    throw error;
  });
  const names = found.filter(entry => entry.isFile()).length;
  if (names !== payload.size) return false;
  for (const [path, { data }] of payload) {
    const content = await files.readFile(join(place, path)).catch((error: unknown) => {
      if (failedWith(error, 'ENOENT', 'EISDIR', 'ENOTDIR')) return undefined;
      throw error;
    });
    if (content === undefined || Buffer.compare(content, data) !== 0) return false;
  }
  return true;
}

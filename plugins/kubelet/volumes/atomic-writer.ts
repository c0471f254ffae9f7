import { failedWith } from '../../../src/base/failed-with.ts';
import { join } from 'node:path';
import type { FilesNative } from '../../../native/files.ts';
import { removeTrees } from '../../../native/remove-trees.ts';
import {
  absentStep,
  directoryStep,
  freshDirectoryStep,
  freshFileStep,
  linkStep,
  type FileStep,
} from '../../../src/base/file-steps.ts';
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
  deps: { readonly world: { readonly files: Files; readonly random: Random }; readonly native: FilesNative },
  directory: string,
  payload: Payload,
  { gid }: Ownership,
): Promise<boolean> {
  const { world, native } = deps;
  const { files, random } = world;
  const data = join(directory, '..data');
  const fresh = `..${random.uuid()}`;
  const steps = [
    directoryStep(directory, 0o755),
    ...contentSteps(join(directory, fresh), payload, gid),
    ...[...topNames(payload)].map(name => linkStep(join(directory, name), join('..data', name), false)),
  ];
  try {
    await native.makeFiles([absentStep(data), ...steps, linkStep(data, fresh, true)]);
    return true;
  } catch (error) {
    if (!failedWith(error, 'EEXIST')) throw error;
  }
  const current = await linkTarget(files, data);
  if (current !== undefined && (await shows(files, join(directory, current), payload))) return false;
  await files.rm(join(directory, '..data_tmp'), { force: true });
  await native.makeFiles([...steps, linkStep(join(directory, '..data_tmp'), fresh, true)]);
  await files.rename(join(directory, '..data_tmp'), data);
  await sweep(deps, directory, fresh, payload);
  return true;
}

function contentSteps(place: string, payload: Payload, gid: number | undefined): readonly FileStep[] {
  const directories = new Set([place]);
  for (const path of payload.keys()) {
    const parts = path.split('/');
    for (let depth = 1; depth < parts.length; depth++) directories.add(join(place, ...parts.slice(0, depth)));
  }
  return [
    ...[...directories].map(directory => freshDirectoryStep(directory, 0o755, { gid })),
    ...[...payload].map(([path, { data, mode, uid }]) =>
      freshFileStep(join(place, path), data, gid === undefined ? mode : mode | 0o040, { uid, gid }),
    ),
  ];
}

/** Takes away what no longer belongs; entries are named by us, and links are removed, not followed. */
async function sweep(
  { world, native }: { readonly world: { readonly files: Files }; readonly native: FilesNative },
  directory: string,
  fresh: string,
  payload: Payload,
): Promise<void> {
  const keep = new Set([fresh, '..data', ...topNames(payload)]);
  const stale = (await world.files.readdir(directory)).filter(name => !keep.has(name));
  await removeTrees(
    native,
    stale.map(name => join(directory, name)),
  );
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

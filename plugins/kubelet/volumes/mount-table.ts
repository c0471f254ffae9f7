import type { FilesNative } from '../../../native/files.ts';

/** The kernel holds 100,000 mounts a namespace by default. */
const MAX_MOUNT_TABLE_BYTES = 64 * 1024 * 1024;

/** A line of proc_pid_mountinfo(5). */
export interface MountEntry {
  readonly id: string;
  readonly parent: string;
  readonly device: string;
  /** What of its file system is shown. */
  readonly root: string;
  readonly path: string;
  /** Whether it is in a group of peers: what one of them mounts in it, the others see. */
  readonly isShared: boolean;
}

/** All mounts of this process, in order of mounting. */
export async function readMountTable(native: Pick<FilesNative, 'readBounded'>): Promise<readonly MountEntry[]> {
  const table = await native.readBounded('/proc/self/mountinfo', MAX_MOUNT_TABLE_BYTES, true);
  return mountEntries(table.toString('utf8'));
}

/** Mount points at or below `directory`, deepest and latest first: the order to unmount them in. */
export async function mountsBeneath(
  native: Pick<FilesNative, 'readBounded'>,
  directory: string,
): Promise<readonly string[]> {
  const table = await readMountTable(native);
  return table
    .map(({ path }) => path)
    .filter(path => isBeneath(path, directory))
    .toReversed();
}

/** What is mounted where `path` lies, as the kernel finds it: mount by mount, whatever else lies covered below one. */
export function mountAt(table: readonly MountEntry[], path: string): MountEntry | undefined {
  const ids = new Set(table.map(({ id }) => id));
  let at = table.find(({ path: point, parent }) => point === '/' && !ids.has(parent));
  for (let next = at; next !== undefined; at = next) {
    const outer = next;
    next = table
      .filter(({ id, parent, path: point }) => parent === outer.id && id !== outer.id && isBeneath(path, point))
      .toSorted((one, other) => one.path.length - other.path.length)[0];
    if (next === undefined) return outer;
  }
  return at;
}

/** Whether a folder is mounted on itself: what is shown there is what would be without the mount. */
export function isOnItself(table: readonly MountEntry[], folder: string): boolean {
  const own = mountAt(table, folder);
  const outer = table.find(({ id }) => id === own?.parent);
  if (own?.path !== folder || outer?.device !== own.device) return false;
  return own.root === joined(outer.root, folder.slice(outer.path === '/' ? 0 : outer.path.length));
}

const joined = (root: string, rest: string): string => (root === '/' ? rest || '/' : `${root}${rest}`);

/** At it, too. */
export const isBeneath = (path: string, directory: string): boolean =>
  directory === '/' || path === directory || path.startsWith(`${directory}/`);

/** Blanks in paths are octal escapes; optional fields end with a dash. */
export const mountEntries = (table: string): readonly MountEntry[] =>
  table.split('\n').flatMap(line => {
    const [id, parent, device, root, path, , ...optional] = line.split(' ');
    if (id === undefined || parent === undefined || device === undefined) return [];
    if (root === undefined || path === undefined) return [];
    const fields = optional.slice(0, optional.indexOf('-'));
    return [
      { id, parent, device, root: plain(root), path: plain(path), isShared: fields.some(f => f.startsWith('shared:')) },
    ];
  });

const plain = (text: string): string =>
  text.replaceAll(/\\(\d{3})/g, (_match, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

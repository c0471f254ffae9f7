import type { FilesNative } from '../../../native/files.ts';

/** The kernel holds 100,000 mounts a namespace by default. */
const MAX_MOUNT_TABLE_BYTES = 64 * 1024 * 1024;

/** Mount points at or below `directory`, deepest and latest first: the order to unmount them in. */
export async function mountsBeneath(
  native: Pick<FilesNative, 'readBounded'>,
  directory: string,
): Promise<readonly string[]> {
  const table = await native.readBounded('/proc/self/mountinfo', MAX_MOUNT_TABLE_BYTES, true);
  return mountPoints(table.toString('utf8'))
    .filter(path => path === directory || path.startsWith(`${directory}/`))
    .toReversed();
}

/** The fifth column of proc_pid_mountinfo(5), in order of mounting; blanks in it are octal escapes. */
const mountPoints = (table: string): readonly string[] =>
  table.split('\n').flatMap(line => {
    const path = line.split(' ')[4];
    return path === undefined
      ? []
      : [path.replaceAll(/\\(\d{3})/g, (_match, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))];
  });

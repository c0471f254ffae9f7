import type { Files } from '../../../src/base/world.ts';

/** Mount points at or below `directory`, deepest and latest first: the order to unmount them in. */
export async function mountsBeneath(files: Files, directory: string): Promise<readonly string[]> {
  const table = await files.readFile('/proc/self/mountinfo', 'utf8');
  return mountPoints(table)
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

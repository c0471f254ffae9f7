import { failedWith } from '../../src/base/failed-with.ts';
import { messageOf } from '../../src/base/message-of.ts';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'is a directory',
  ENOENT: 'no such file or directory',
  ENOEXEC: 'exec format error',
  ENOTDIR: 'not a directory',
};

/** Why something could not be done with a file, as Go tells it: `open a.yaml: no such file or directory`. */
export function fileProblem(error: unknown, operation: string, path: string): string {
  const [, reason] = Object.entries(REASONS).find(([code]) => failedWith(error, code)) ?? [];
  return `${operation} ${path}: ${reason ?? messageOf(error)}`;
}

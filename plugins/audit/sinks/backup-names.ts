import { extname } from 'node:path';

/** A file that was put aside, and when. */
export interface Backup {
  readonly name: string;
  readonly atMs: number;
}

export const COMPRESSED = '.gz';

/** `audit.log` put aside: `audit-2026-01-31T10-20-30.456.log`, UTC. */
export function backupName(name: string, nowMs: number): string {
  const { prefix, extension } = partsOf(name);
  return `${prefix}${new Date(nowMs).toISOString().slice(0, -1).replaceAll(':', '-')}${extension}`;
}

/** Those among `names` that `name` was put aside as, newest first. */
export function backupsAmong(name: string, names: readonly string[]): readonly Backup[] {
  const { prefix, extension } = partsOf(name);
  return names
    .flatMap(each => {
      const plain = each.endsWith(`${extension}${COMPRESSED}`) ? each.slice(0, -COMPRESSED.length) : each;
      if (!plain.startsWith(prefix) || !plain.endsWith(extension)) return [];
      const shape = SHAPE.exec(plain.slice(prefix.length, plain.length - extension.length));
      const atMs = shape === null ? Number.NaN : Date.parse(`${shape[1]}T${shape[2]}:${shape[3]}:${shape[4]}Z`);
      return Number.isNaN(atMs) ? [] : [{ name: each, atMs }];
    })
    .sort((a, b) => b.atMs - a.atMs);
}

const SHAPE = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d\.\d{3})$/;

/** What to do with them: how many and how old they may be, whether they are to be compressed. */
export function planBackups(
  backups: readonly Backup[],
  limits: { readonly maxBackups: number; readonly maxAgeDays: number; readonly compress: boolean },
  nowMs: number,
): { readonly remove: readonly string[]; readonly compress: readonly string[] } {
  const { maxBackups, maxAgeDays, compress } = limits;
  const plainNames = [...new Set(backups.map(({ name }) => plainName(name)))];
  const kept = new Set(maxBackups > 0 ? plainNames.slice(0, maxBackups) : plainNames);
  const oldestMs = maxAgeDays > 0 ? nowMs - maxAgeDays * DAY_MS : Number.NEGATIVE_INFINITY;
  const isKept = ({ name, atMs }: Backup): boolean => kept.has(plainName(name)) && atMs >= oldestMs;
  return {
    remove: backups.filter(backup => !isKept(backup)).map(({ name }) => name),
    compress: compress
      ? backups.filter(backup => isKept(backup) && !backup.name.endsWith(COMPRESSED)).map(({ name }) => name)
      : [],
  };
}

const DAY_MS = 24 * 3600 * 1000;
const plainName = (name: string): string => (name.endsWith(COMPRESSED) ? name.slice(0, -COMPRESSED.length) : name);

function partsOf(name: string): { readonly prefix: string; readonly extension: string } {
  // Of `.log` Go takes all for the extension, Node nothing.
  const extension = name.lastIndexOf('.') === 0 ? name : extname(name);
  return { prefix: `${name.slice(0, name.length - extension.length)}-`, extension };
}

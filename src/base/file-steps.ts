/** One thing to make on the disk. Steps are carried out in order by one native call; see `native/files.ts`. */
export interface FileStep {
  readonly kind: 'directory' | 'file' | 'link' | 'unless' | 'spread';
  readonly path: string;
  /** What a file holds or a link points to. */
  readonly data: string | Uint8Array;
  /** Exactly this, whatever the umask. */
  readonly mode: number;
  /** It must not be there yet: EEXIST where it is. */
  readonly fresh: boolean;
  readonly uid: number | null;
  readonly gid: number | null;
}

interface Ownership {
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

const step = (kind: FileStep['kind'], path: string, rest: Partial<FileStep>): FileStep => ({
  kind,
  path,
  data: '',
  mode: 0,
  fresh: false,
  uid: null,
  gid: null,
  ...rest,
});

const owned = ({ uid, gid }: Ownership) => ({ uid: uid ?? null, gid: gid ?? null });

/** With its parents, which get 0755; one that is there stays as it is. */
export const directoryStep = (path: string, mode: number): FileStep => step('directory', path, { mode });

/** One that is not there yet, below a parent that is. */
export const freshDirectoryStep = (path: string, mode: number, owner: Ownership = {}): FileStep =>
  step('directory', path, { mode, fresh: true, ...owned(owner) });

/** Replaces what the file held. */
export const fileStep = (path: string, data: string | Uint8Array, mode: number): FileStep =>
  step('file', path, { data, mode });

export const freshFileStep = (path: string, data: string | Uint8Array, mode: number, owner: Ownership = {}): FileStep =>
  step('file', path, { data, mode, fresh: true, ...owned(owner) });

/** A symbolic link; one that is there already stays as it is, unless it has to be `fresh`. */
export const linkStep = (path: string, target: string, fresh: boolean): FileStep =>
  step('link', path, { data: target, fresh });

/** Ends the steps, and that is no failure, where `path` is there. */
export const unlessStep = (path: string): FileStep => step('unless', path, {});

/** EEXIST where `path` is there. */
export const absentStep = (path: string): FileStep => step('unless', path, { fresh: true });

/**
 * Folders made in this one, which is there, have nothing to do with each other, and ext4 may put them far apart.
 * Otherwise they lie in one group of inodes, and for each new one it looks through all that was deleted there in the
 * last minutes. Other file systems have no use for it.
 */
export const spreadStep = (path: string): FileStep => step('spread', path, {});

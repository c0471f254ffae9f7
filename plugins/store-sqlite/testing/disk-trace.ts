import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { SeededRandom } from '../../../src/sdk/testing/seeded-random.ts';

/** One call that changed a file, as `disk-tap.c` wrote it down. */
export interface DiskCall {
  readonly kind: 'write' | 'truncate' | 'sync' | 'failed-sync' | 'create' | 'folder' | 'unlink' | 'rename';
  readonly path: string;
  /** Where a write begins, or the new size. */
  readonly offset: number;
  /** Of a write; a rename's target. */
  readonly bytes: Buffer;
}

const KINDS: Readonly<Record<string, DiskCall['kind']>> = {
  w: 'write',
  t: 'truncate',
  s: 'sync',
  f: 'failed-sync',
  c: 'create',
  d: 'folder',
  u: 'unlink',
  r: 'rename',
};

/** A record that the process's end cut short is left out. */
export function* readTrace(trace: Buffer): Generator<DiskCall> {
  for (let at = 0; at + 15 <= trace.length; ) {
    const kind = KINDS[String.fromCharCode(trace.readUInt8(at))];
    if (kind === undefined) throw new Error(`the trace is damaged at ${at}`);
    const [pathLength, length] = [trace.readUInt16LE(at + 1), trace.readUInt32LE(at + 3)];
    const offset = Number(trace.readBigUInt64LE(at + 7));
    at += 15;
    if (at + pathLength + length > trace.length) return;
    const path = trace.toString('utf8', at, (at += pathLength));
    yield { kind, path, offset, bytes: trace.subarray(at, (at += length)) };
  }
}

/** A write, or a change of size. */
type Piece = { readonly offset: number; readonly bytes: Buffer } | { readonly size: number };

interface FileState {
  /** What is on the disk for sure. */
  readonly durable: Content;
  /** Since the last sync, in order. */
  readonly pending: Piece[];
}

interface NameChange {
  readonly folders: readonly string[];
  readonly apply: (names: Map<string, FileState | 'folder'>) => void;
}

/**
 * A disk that keeps no more promises than POSIX gives: what was written since a file's last sync may be
 * there or not, each sector by itself, and a name is safe only once its folder was synced. Changes of one
 * folder's names come to the disk in their order, as every journaling file system does it. After a sync
 * that failed, the kernel takes for written what is not: later syncs do not help what came before.
 */
export class PowerCutDisk {
  readonly #root: string;
  readonly #random: SeededRandom;
  readonly #now = new Map<string, FileState | 'folder'>();
  readonly #durable = new Map<string, FileState | 'folder'>();
  #changes: NameChange[] = [];

  constructor(root: string, random: SeededRandom) {
    this.#root = root;
    this.#random = random;
  }

  apply(call: DiskCall): void {
    const { kind, path } = call;
    if (kind === 'write' || kind === 'truncate') {
      const file = this.#fileAt(path);
      const piece = kind === 'write' ? { offset: call.offset, bytes: call.bytes } : { size: call.offset };
      if (basename(path) === SAID) file.durable.apply(piece);
      else file.pending.push(piece);
    } else if (kind === 'sync') {
      this.#sync(path);
    } else if (kind === 'failed-sync') {
      const file = this.#fileAt(path);
      afterPowerCut(file, this.#random, file.durable);
      file.pending.length = 0;
    } else {
      this.#changeNames(call);
    }
  }

  /** Lays out in `target` what is there when the process is killed now. */
  layOutNow(target: string): void {
    this.#write(target, this.#now, ({ durable, pending }) => {
      const content = durable.copy();
      for (const piece of pending) content.apply(piece);
      return content;
    });
  }

  /** Lays out in `target` what a power cut now might leave. */
  layOut(target: string): void {
    const random = this.#random;
    const names = new Map(this.#durable);
    const surviving = new Map<string, number>();
    const pendingIn = (folder: string): readonly NameChange[] =>
      this.#changes.filter(({ folders }) => folders.includes(folder));
    for (const folder of new Set(this.#changes.flatMap(({ folders }) => folders))) {
      surviving.set(folder, random.below(pendingIn(folder).length + 1));
    }
    for (const change of this.#changes) {
      const survives = change.folders.every(folder => pendingIn(folder).indexOf(change) < (surviving.get(folder) ?? 0));
      if (survives) change.apply(names);
    }
    this.#write(target, names, file => afterPowerCut(file, random));
  }

  /** A folder whose own name is lost takes all along. */
  #write(target: string, names: ReadonlyMap<string, FileState | 'folder'>, read: (file: FileState) => Content): void {
    const isReachable = (path: string): boolean =>
      path === this.#root || (names.get(path) === 'folder' && isReachable(dirname(path)));
    for (const [path, file] of [...names].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!isReachable(dirname(path))) continue;
      const to = join(target, path.slice(this.#root.length));
      if (file === 'folder') mkdirSync(to, { recursive: true });
      else writeFileSync(to, read(file).bytes);
    }
  }

  #fileAt(path: string): FileState {
    const file = this.#now.get(path);
    if (file === undefined || file === 'folder') throw new Error(`the trace writes to ${path}, which is no file`);
    return file;
  }

  #sync(path: string): void {
    const file = this.#now.get(path);
    if (file === undefined || file === 'folder') {
      const isOurs = ({ folders }: NameChange): boolean => folders.includes(path);
      for (const change of this.#changes.filter(isOurs)) change.apply(this.#durable);
      this.#changes = this.#changes.filter(change => !isOurs(change));
      return;
    }
    for (const piece of file.pending) file.durable.apply(piece);
    file.pending.length = 0;
  }

  #changeNames({ kind, path, bytes }: DiskCall): void {
    const target = bytes.toString();
    const folders = kind === 'rename' ? [...new Set([dirname(path), dirname(target)])] : [dirname(path)];
    const made: FileState | 'folder' = kind === 'folder' ? 'folder' : { durable: new Content(), pending: [] };
    const apply = (names: Map<string, FileState | 'folder'>): void => {
      if (kind === 'unlink') names.delete(path);
      else if (kind === 'rename') moveName(names, path, target);
      else names.set(path, made);
    };
    apply(this.#now);
    if (basename(path) === SAID) apply(this.#durable);
    else this.#changes.push({ folders, apply });
  }
}

function moveName(names: Map<string, FileState | 'folder'>, from: string, to: string): void {
  const file = names.get(from);
  if (file === undefined) return;
  if (file === 'folder') throw new Error(`a folder was renamed, which is not modelled: ${from}`);
  names.delete(from);
  names.set(to, file);
}

/** A file whose every write lasts: what was said to the world. */
export const SAID = 'said';
/** The unit a disk writes whole or not at all. */
const SECTOR_BYTES = 512;

function afterPowerCut({ durable, pending }: FileState, random: SeededRandom, content = durable.copy()): Content {
  const kept = random.pick([0, 0.1, 0.5, 0.9, 1]);
  for (const piece of pending) {
    for (const sector of sectorsOf(piece)) if (random.chance(kept)) content.apply(sector);
  }
  return content;
}

function* sectorsOf(piece: Piece): Generator<Piece> {
  if ('size' in piece) return yield piece;
  const end = piece.offset + piece.bytes.length;
  for (let at = piece.offset; at < end; ) {
    const next = Math.min(end, (Math.floor(at / SECTOR_BYTES) + 1) * SECTOR_BYTES);
    yield { offset: at, bytes: piece.bytes.subarray(at - piece.offset, next - piece.offset) };
    at = next;
  }
}

/** Bytes of a file; what it grew by without being written is zeros. */
class Content {
  #buffer = Buffer.alloc(0);
  #length = 0;

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  copy(): Content {
    const copy = new Content();
    copy.#buffer = Buffer.from(this.bytes);
    copy.#length = this.#length;
    return copy;
  }

  apply(piece: Piece): void {
    if ('size' in piece) return this.#resize(piece.size);
    this.#resize(Math.max(this.#length, piece.offset + piece.bytes.length));
    piece.bytes.copy(this.#buffer, piece.offset);
  }

  #resize(length: number): void {
    if (length > this.#buffer.length) {
      const larger = Buffer.alloc(length * 2);
      this.bytes.copy(larger);
      this.#buffer = larger;
    }
    if (length < this.#length) this.#buffer.fill(0, length, this.#length);
    this.#length = length;
  }
}

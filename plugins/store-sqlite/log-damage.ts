import { readFileSync } from 'node:fs';
import { failedWith } from '../../src/base/failed-with.ts';
import { StoreError } from '../../src/store/store.ts';
import { WAY_BACK } from './way-back.ts';

/**
 * SQLite takes the first frame of its log that does not fit its checksum for the end of it, as it must
 * after a power cut, and would pass over what was acknowledged behind a damaged one. Here the two are
 * told apart: a transaction is written only after the one before was synced, so where a frame follows
 * the end of a transaction, and its checksum says that it was written after just this one, all before it
 * had been on the disk. What remains without a trace is damage to the very last transaction.
 * Layout: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
 */
export function checkLog(log: Buffer, path: string): void {
  if (log.length <= HEADER_BYTES) return;
  const frames = Frames.in(log);
  if (frames === undefined) {
    /** It is synced before the first frame is written. */
    if (log.subarray(HEADER_BYTES).every(byte => byte === 0)) return;
    throw damaged(path, 0);
  }
  let bad = 0;
  while (bad < frames.count && frames.fits(bad)) bad++;
  for (let index = bad; index + 1 < frames.count; index++) {
    /** The start of the first bad frame shares its sector with the whole one before. */
    const isCommit = frames.isCommit(index) && (index === bad || frames.fits(index));
    if (isCommit && frames.fits(index + 1)) throw damaged(path, frames.startOf(bad));
  }
}

/** The log of a database, empty when there is none. */
export function readLog(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (failedWith(error, 'ENOENT')) return Buffer.alloc(0);
    throw error;
  }
}

const damaged = (path: string, at: number): StoreError =>
  new StoreError(
    'Corrupt',
    `${path}: the log is damaged at byte ${at}, before changes that were acknowledged. ${WAY_BACK}`,
  );

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** With the last bit set, checksums read big-endian words. */
const MAGIC = 0x377f0682;

type Checksum = readonly [number, number];

/** The frames of a log whose header is whole. */
class Frames {
  readonly count: number;
  readonly #log: Buffer;
  readonly #isBigEndian: boolean;
  readonly #frameBytes: number;

  private constructor(log: Buffer, isBigEndian: boolean) {
    this.#log = log;
    this.#isBigEndian = isBigEndian;
    this.#frameBytes = FRAME_HEADER_BYTES + log.readUInt32BE(8);
    this.count = Math.floor((log.length - HEADER_BYTES) / this.#frameBytes);
  }

  static in(log: Buffer): Frames | undefined {
    const magic = log.readUInt32BE(0);
    if ((magic & ~1) >>> 0 !== MAGIC) return undefined;
    const isBigEndian = (magic & 1) === 1;
    const checksum = checksumOver(log.subarray(0, 24), isBigEndian, [0, 0]);
    return isEqual(checksum, storedAt(log, 24)) ? new Frames(log, isBigEndian) : undefined;
  }

  startOf(index: number): number {
    return HEADER_BYTES + index * this.#frameBytes;
  }

  /** Of this generation of the log; those that a new one has not yet overwritten carry other salts. */
  #isOurs(index: number): boolean {
    const at = this.startOf(index);
    return this.#log.compare(this.#log, 16, 24, at + 8, at + 16) === 0;
  }

  isCommit(index: number): boolean {
    return this.#isOurs(index) && this.#log.readUInt32BE(this.startOf(index) + 4) !== 0;
  }

  /** Whether it is whole, and was written after the one before it as that is now. */
  fits(index: number): boolean {
    if (!this.#isOurs(index)) return false;
    const at = this.startOf(index);
    const before = storedAt(this.#log, index === 0 ? 24 : at - this.#frameBytes + 16);
    const head = checksumOver(this.#log.subarray(at, at + 8), this.#isBigEndian, before);
    const body = this.#log.subarray(at + FRAME_HEADER_BYTES, at + this.#frameBytes);
    return isEqual(checksumOver(body, this.#isBigEndian, head), storedAt(this.#log, at + 16));
  }
}

const storedAt = (log: Buffer, at: number): Checksum => [log.readUInt32BE(at), log.readUInt32BE(at + 4)];
const isEqual = (a: Checksum, b: Checksum): boolean => a[0] === b[0] && a[1] === b[1];

function checksumOver(bytes: Buffer, isBigEndian: boolean, [first, second]: Checksum): Checksum {
  let [a, b] = [first, second];
  for (let at = 0; at < bytes.length; at += 8) {
    a = (a + (isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + b) >>> 0;
    b = (b + (isBigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + a) >>> 0;
  }
  return [a, b];
}

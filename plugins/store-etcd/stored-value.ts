import { crc32 } from 'node:zlib';
import { ownBytes } from '../../src/store/judge.ts';
import { stamped } from '../../src/store/stamped.ts';
import { isSealed, type AtRest } from '../../src/store/at-rest.ts';
import { sealedEntry } from '../../src/store/sealed-entry.ts';
import { StoreError, type Entry } from '../../src/store/store.ts';

/** What is written under a key. */
export interface Written {
  readonly value: Buffer;
  /** Where the digits of the write's revision belong, which etcd alone knows. */
  readonly revisionAt: number | undefined;
  /** Wall time in milliseconds after which the key is to go. */
  readonly deadlineMs: number | undefined;
}

/**
 * The value as it is, for `etcdctl get` to show, and below it a line of marks: the place of the revision, the
 * deadline, and a checksum over all of it and the key.
 */
export function encodeStored(key: string, { value, revisionAt, deadlineMs }: Written): Buffer {
  const marks = `${revisionAt ?? '-'} ${deadlineMs ?? '-'}`;
  return Buffer.concat([value, Buffer.from(`\n${marks} ${checksumOf(key, value, marks)}`)]);
}

export interface StoredEntry {
  readonly entry: Entry;
  readonly deadlineMs: number | undefined;
}

/**
 * What etcd holds as an entry: the value with its revision in it, in memory of its own, opened when it is asked for
 * where it is sealed. Throws `Corrupt` when it is not what was written.
 */
export function decodeStored({ key, value: bytes, createRevision, modRevision }: Entry, atRest: AtRest): StoredEntry {
  const end = bytes.lastIndexOf('\n');
  const [at = '', deadline = '', checksum = ''] = bytes.toString('latin1', end + 1).split(' ');
  const value = bytes.subarray(0, Math.max(end, 0));
  if (end < 0 || checksum !== checksumOf(key, value, `${at} ${deadline}`)) {
    throw new StoreError(
      'Corrupt',
      `etcd's value of ${key} at revision ${modRevision} is damaged, or not written by tiphys`,
    );
  }
  const revisionAt = at === '-' ? undefined : Number(at);
  const finish = (opened: Buffer): Buffer => ownBytes(stamped(opened, revisionAt, modRevision));
  const head = { key, createRevision, modRevision };
  return {
    entry: isSealed(value)
      ? sealedEntry(head, () => atRest.open(key, value, finish))
      : { ...head, value: finish(value) },
    deadlineMs: deadline === '-' ? undefined : Number(deadline),
  };
}

const checksumOf = (key: string, value: Buffer, marks: string): string =>
  crc32(value, crc32(`${key}\0${marks}\0`))
    .toString(16)
    .padStart(8, '0');

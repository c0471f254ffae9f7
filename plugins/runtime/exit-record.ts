import type { ContainerExit } from './contract.ts';
import { ID_BYTES } from './protocol.ts';

/** struct exit_record of native/shim/protocol.h. */
export interface ExitRecord {
  readonly containerId: string;
  readonly startedAtMs: number;
  readonly exit: ContainerExit;
}

export const EXIT_RECORD_BYTES = 104;
const CHECKSUM_AT = 96;

/** What follows a torn or foreign record is not read: nothing true can come after it. */
export function parseExitsFile(file: Buffer): readonly ExitRecord[] {
  const records: ExitRecord[] = [];
  for (let at = 0; at + EXIT_RECORD_BYTES <= file.length; at += EXIT_RECORD_BYTES) {
    const bytes = file.subarray(at, at + EXIT_RECORD_BYTES);
    if (bytes.readBigUInt64LE(CHECKSUM_AT) !== fnv1a(bytes.subarray(0, CHECKSUM_AT))) break;
    records.push(decodeExitRecord(bytes));
  }
  return records;
}

export function decodeExitRecord(bytes: Buffer): ExitRecord {
  const status = bytes.readUInt32LE(ID_BYTES + 4);
  const signal = status & 0x7f;
  return {
    containerId: bytes.toString('latin1', 0, ID_BYTES),
    startedAtMs: milliseconds(bytes.readBigUInt64LE(ID_BYTES + 16)),
    exit: {
      exitCode: exitCodeOf(status),
      signal,
      oomKilled: bytes.readUInt32LE(ID_BYTES + 8) > 0,
      finishedAtMs: milliseconds(bytes.readBigUInt64LE(ID_BYTES + 24)),
    },
  };
}

/** From wait(2)'s status: 128 + signal for what a signal ended, as a shell tells it. */
export function exitCodeOf(status: number): number {
  const signal = status & 0x7f;
  return signal === 0 ? (status >> 8) & 0xff : 128 + signal;
}

export const milliseconds = (nanoseconds: bigint): number => Number(nanoseconds / 1_000_000n);

/** http://www.isthe.com/chongo/tech/comp/fnv/, 64 bits. */
export function fnv1a(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}

import type { ContainerExit } from './contract.ts';
import { decodeExitRecord, EXIT_RECORD_BYTES, milliseconds } from './exit-record.ts';
import { LIMITS } from './limits.ts';
import { ID_BYTES, REQUEST } from './protocol.ts';
import type { ShimClient } from './shim-client.ts';

export interface ListedContainer {
  readonly pid: number;
  readonly startedAtMs: number;
  readonly exit: ContainerExit | null;
}

const ENTRY_BYTES = ID_BYTES + 16 + EXIT_RECORD_BYTES;
const EXITED = 2;

/** Every container that the shim knows, by id. */
export async function listContainers(client: ShimClient): Promise<Map<string, ListedContainer>> {
  const entries = new Map<string, ListedContainer>();
  for (;;) {
    const skip = Buffer.alloc(4);
    skip.writeUInt32LE(entries.size);
    const { body } = await client.request(REQUEST.list, skip, LIMITS.recoveryMs);
    if (body.length === 0) return entries;
    for (let at = 0; at + ENTRY_BYTES <= body.length; at += ENTRY_BYTES) {
      const exited = body.readUInt32LE(at + ID_BYTES) === EXITED;
      entries.set(body.toString('latin1', at, at + ID_BYTES), {
        pid: body.readUInt32LE(at + ID_BYTES + 4),
        startedAtMs: milliseconds(body.readBigUInt64LE(at + ID_BYTES + 8)),
        exit: exited ? decodeExitRecord(body.subarray(at + ID_BYTES + 16, at + ENTRY_BYTES)).exit : null,
      });
    }
  }
}

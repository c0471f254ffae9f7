import { BYTES_PER_CHANGE } from './batch.ts';
import type { Root } from './history.ts';
import type { StoreLimits } from './limits.ts';
import { stamped } from './stamped.ts';
import { StoreError, type Change, type Entry, type Revision, type Transaction, type Write } from './store.ts';

/** What a transaction comes to when it is judged against one tree. */
export type Verdict =
  | { readonly type: 'conflict'; readonly current: readonly (Entry | undefined)[] }
  /** Its guards hold and nothing would change: deletes of absent keys, or no writes at all. */
  | { readonly type: 'nothing' }
  | {
      readonly type: 'writes';
      readonly changes: readonly Change[];
      /** For each change, how long its key is to live; `undefined`: for good. Seconds. */
      readonly ttls: readonly (number | undefined)[];
      readonly root: Root;
      readonly bytes: number;
    };

/** Throws `ValueTooLarge`. */
export function judge(root: Root, revision: Revision, transaction: Transaction, limits: StoreLimits): Verdict {
  const current = transaction.guards.map(({ key }) => root.get(key));
  const holds = transaction.guards.every(
    ({ modRevision }, index) => (current[index]?.modRevision ?? 0) === modRevision,
  );
  if (!holds) return { type: 'conflict', current };
  checkShape(transaction.writes, limits);
  const changes: Change[] = [];
  const ttls: (number | undefined)[] = [];
  let next = root;
  let bytes = 0;
  for (const write of transaction.writes) {
    const key = 'put' in write ? write.put : write.delete;
    const guard = transaction.guards.findIndex(one => one.key === key);
    const previous = guard < 0 ? root.get(key) : current[guard];
    if ('put' in write) {
      const entry = entryOf(write, previous, revision, limits);
      next = next.set(write.put, entry);
      changes.push({ type: 'put', entry, previous });
      ttls.push(write.ttlSeconds);
      bytes += entry.value.length;
    } else if (previous !== undefined) {
      next = next.delete(write.delete);
      changes.push({ type: 'delete', key: write.delete, previous, revision });
      ttls.push(undefined);
    }
    bytes += BYTES_PER_CHANGE;
  }
  return changes.length === 0 ? { type: 'nothing' } : { type: 'writes', changes, ttls, root: next, bytes };
}

export function checkShape(writes: readonly Write[], limits: StoreLimits): void {
  if (writes.length > limits.writesPerTransaction) {
    throw new StoreError(
      'ValueTooLarge',
      `a transaction of ${writes.length} writes exceeds the ${limits.writesPerTransaction} allowed`,
    );
  }
  const keys = new Set<string>();
  for (const write of writes) {
    const key = 'put' in write ? write.put : write.delete;
    if (keys.has(key)) throw new Error(`invariant broken: a transaction writes a key once, not twice: ${key}`);
    if (!key.isWellFormed()) throw new Error(`invariant broken: a key is Unicode text: ${JSON.stringify(key)}`);
    keys.add(key);
    if (Buffer.byteLength(key) > limits.keyBytes) {
      throw new StoreError('ValueTooLarge', `a key of ${Buffer.byteLength(key)} bytes exceeds ${limits.keyBytes}`);
    }
  }
}

type Put = Extract<Write, { readonly put: string }>;

export function checkValue(key: string, value: Buffer, limits: StoreLimits): void {
  if (value.length <= limits.valueBytes) return;
  throw new StoreError(
    'ValueTooLarge',
    `the value of ${key} has ${value.length} bytes; ${limits.valueBytes} may be stored`,
  );
}

function entryOf(
  { put: key, value, revisionAt }: Put,
  previous: Entry | undefined,
  revision: Revision,
  limits: StoreLimits,
): Entry {
  checkValue(key, value, limits);
  return {
    key,
    value: ownBytes(stamped(value, revisionAt, revision)),
    createRevision: previous?.createRevision ?? revision,
    modRevision: revision,
  };
}

/**
 * Bytes in memory of their own. A small Buffer is usually a slice of a slab shared with anything else
 * that was allocated at the time, and would keep the whole slab alive as long as the object exists.
 */
export function ownBytes(given: Buffer): Buffer {
  if (given.length === given.buffer.byteLength) return given;
  const own = Buffer.allocUnsafeSlow(given.length);
  own.set(given);
  return own;
}

import { parentPort, workerData } from 'node:worker_threads';
import type { Database } from 'better-sqlite3';
import { must } from '../../src/base/must.ts';
import { StoreError, type StoreErrorCode } from '../../src/store/store.ts';
import { corruptionOf, readMeta, readRows } from './database.ts';
import { LOAD_CHUNK_BYTES } from './limits.ts';
import { openFolder } from './open-folder.ts';
import { pack, type FromThread, type ThreadData, type ToThread } from './protocol.ts';
import type { Row } from './row.ts';
import { Writer } from './writer.ts';

/**
 * The store's own thread: SQLite and its syncs hold up nobody else here. It locks the folder, hands
 * over what the database holds, and then writes one group at a time.
 */
const port = must(parentPort, 'this file runs as a worker');
const send = (message: FromThread, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

function run({ pid, ...options }: ThreadData): void {
  const opened = openFolder(options.folder, pid);
  const { database, path } = opened;
  try {
    sendAll(database, path);
  } catch (error) {
    throw corruptionOf(error, path);
  }
  const writer = new Writer(database, options);
  send({ type: 'opened' });
  let isFailed = false;
  port.on('message', (message: ToThread) => {
    if (message.type === 'close') {
      opened[Symbol.dispose]();
      send({ type: 'closed' });
      port.close();
    } else if (isFailed) {
      send({ type: 'refused', code: 'Failed', message: 'an earlier write failed' });
    } else {
      try {
        writer.write(message.packed, message.garbage, message.meta);
        send({ type: 'written' });
        writer.tidy();
      } catch (error) {
        isFailed = !(error instanceof StoreError && error.code === 'Full');
        refuse(error);
      }
    }
  });
}

function sendAll(database: Database, path: string): void {
  send({ type: 'meta', meta: readMeta(database, path) });
  let rows: Row[] = [];
  let bytes = 0;
  const flush = (): void => {
    const packed = pack(rows);
    send({ type: 'rows', packed }, [packed.bytes.buffer]);
    rows = [];
    bytes = 0;
  };
  for (const row of readRows(database, path)) {
    rows.push(row);
    bytes += (row.value?.length ?? 0) + ROW_BYTES;
    if (bytes > LOAD_CHUNK_BYTES) flush();
  }
  flush();
}
/** About what a row weighs besides its value. */
const ROW_BYTES = 100;

function refuse(error: unknown): void {
  const code: StoreErrorCode = error instanceof StoreError ? error.code : 'Failed';
  send({ type: 'refused', code, message: error instanceof Error ? error.message : String(error) });
}

try {
  run(workerData as ThreadData);
} catch (error) {
  refuse(error);
  port.close();
}

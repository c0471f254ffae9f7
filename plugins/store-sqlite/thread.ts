import { flushCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../src/base/message-of.ts';
import { must } from '../../src/base/must.ts';
import { StoreError, type StoreErrorCode } from '../../src/store/store.ts';
import { eraseRemains, leaveRemains } from './erase-remains.ts';
import { load, memoryOf } from './load.ts';
import { openFolder } from './open-folder.ts';
import type { FromThread, ThreadData, ToThread } from './protocol.ts';
import { Writer } from './writer.ts';

/**
 * The store's own thread: SQLite and its syncs hold up nobody else here. It locks the folder, hands
 * over what the database holds, and then writes one group at a time.
 */
const port = must(parentPort, 'this file runs as a worker');
const send = (message: FromThread, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

function run({ pid, ...options }: ThreadData): void {
  const opened = openFolder(options.folder, pid);
  if (options.erases) eraseRemains(opened.database, opened.path);
  else leaveRemains(opened.path);
  const loaded = load(opened.database, opened.path);
  const writer = new Writer(opened.database, options);
  send({ type: 'opened', loaded }, memoryOf(loaded));
  /** For the next one, should this one be killed. */
  flushCompileCache();
  let isFailed = false;
  port.on('message', (message: ToThread) => {
    if (message.type === 'close') {
      writer[Symbol.dispose]();
      opened[Symbol.dispose]();
      send({ type: 'closed' });
      port.close();
    } else if (isFailed) {
      send({ type: 'refused', code: 'Failed', message: 'an earlier write failed' });
    } else {
      try {
        writer.write(message.packed, message.garbage, message.meta);
        send({ type: 'written' });
        writer.tidy(message.isTidied);
      } catch (error) {
        isFailed = !(error instanceof StoreError && error.code === 'Full');
        refuse(error);
      }
    }
  });
}

function refuse(error: unknown): void {
  const code: StoreErrorCode = error instanceof StoreError ? error.code : 'Failed';
  send({ type: 'refused', code, message: messageOf(error) });
}

try {
  run(workerData as ThreadData);
} catch (error) {
  refuse(error);
  port.close();
}

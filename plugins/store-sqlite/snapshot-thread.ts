import { parentPort, workerData } from 'node:worker_threads';
import { must } from '../../src/base/must.ts';
import { saveSnapshot } from './snapshot.ts';

/** Copies and verifies a database in a thread of its own; a failure is this worker's `error` event. */
export interface SnapshotThreadData {
  readonly databasePath: string;
  readonly target: string;
}

const { databasePath, target } = workerData as SnapshotThreadData;
await saveSnapshot(databasePath, target);
must(parentPort, 'this file runs as a worker').postMessage('saved', []);

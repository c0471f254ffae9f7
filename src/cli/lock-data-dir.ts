import { join } from 'node:path';
import { native } from '../../native/index.ts';
import type { World } from '../base/world.ts';

/** Thrown when another server works on the data directory. */
export class DataDirInUseError extends Error {
  readonly code = 'DataDirInUse';
  readonly dataDir: string;
  constructor(dataDir: string, owner: string) {
    super(`the data directory ${dataDir} is in use by another tiphys server (pid ${owner})`);
    this.name = 'DataDirInUseError';
    this.dataDir = dataDir;
  }
}

/**
 * Holds a data directory for this process before any plugin looks into it: what a second server does not
 * know of it would take for leftovers. The kernel drops the lock (flock(2)) with the process, however that ends.
 */
export async function lockDataDir({ files, processes }: World, dataDir: string): Promise<AsyncDisposable> {
  await files.mkdir(dataDir, { recursive: true });
  const file = await files.open(join(dataDir, 'server.lock'), 'a+', 0o600);
  if (!native().tryLockFile(file.fd)) {
    const owner = (await file.readFile('utf8')).trim() || 'unknown';
    await file.close();
    throw new DataDirInUseError(dataDir, owner);
  }
  await file.truncate(0);
  await file.write(`${processes.pid}\n`);
  return { [Symbol.asyncDispose]: () => file.close() };
}

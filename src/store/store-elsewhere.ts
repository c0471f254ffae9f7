import { join } from 'node:path';
import { readIfPresent, writeDurably } from '../base/durable-file.ts';
import type { Files } from '../base/world.ts';

const fileIn = (dataDir: string): string => join(dataDir, 'server', 'store-endpoints');

/** Notes for commands that work on a data directory that the objects of its server are not in it. */
export async function sayStoreIsElsewhere(files: Files, dataDir: string, endpoints: readonly string[]): Promise<void> {
  await writeDurably(files, fileIn(dataDir), `${endpoints.join(',')}\n`, 0o600);
}

export async function sayStoreIsHere(files: Files, dataDir: string): Promise<void> {
  await files.rm(fileIn(dataDir), { force: true });
}

/** The endpoints at which the objects are; `undefined`: they are in the data directory. */
export async function whereStoreIs(files: Files, dataDir: string): Promise<string | undefined> {
  return (await readIfPresent(files, fileIn(dataDir)))?.toString().trim();
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A new folder for the test that runs; it goes with it, after all that `afterEach` closes. */
export async function scratchFolder(place = tmpdir()): Promise<string> {
  const folder = await mkdtemp(join(place, 'tiphys-scratch-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

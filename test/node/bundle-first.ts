import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { currentBundle } from '../../src/bundle/current-bundle.js';

const ROOT = resolve(import.meta.dirname, '../..');

/** Servers of the tests run what users run, also after a change: the bundle, not the sources one by one. */
export default async function bundleFirst(): Promise<void> {
  if (currentBundle(ROOT) !== undefined) return;
  await promisify(execFile)(process.execPath, [resolve(ROOT, 'src/bundle/bundle-code.ts')]);
}

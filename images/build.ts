#!/usr/bin/env node
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { busyboxRecipe, readBusybox } from './busybox.ts';
import { ASK_SOURCE, ECHO_SOURCE, echoRecipe } from './echo.ts';
import { type ImageRecipe, writeOciArchive } from './oci-archive.ts';

/**
 * `node images/build.ts [OUT_DIR]`: writes the images of tests and examples as OCI tarballs, offline, and
 * leaves alone what is already made of the same inputs.
 */
async function build(outDir: string): Promise<void> {
  await mkdir(outDir, { recursive: true });
  const busybox = await readBusybox();
  const recipes = await fingerprintOf(await recipeFiles());
  await make(outDir, 'busybox', await fingerprintOf([busybox, Buffer.from(recipes)]), () => busyboxRecipe(busybox));
  const echo = [await readFile(ECHO_SOURCE), await readFile(ASK_SOURCE), Buffer.from(recipes)];
  await make(outDir, 'echo', await fingerprintOf(echo), echoRecipe);
}

async function make(
  outDir: string,
  name: string,
  fingerprint: string,
  recipe: () => Promise<ImageRecipe>,
): Promise<void> {
  const [archive, stamp] = [join(outDir, `${name}.tar`), join(outDir, `.${name}.inputs`)];
  const stampNow = async (): Promise<string> => `${fingerprint} ${await fingerprintOf([await readFile(archive)])}\n`;
  const present = await Promise.all([readFile(stamp, 'utf8'), stampNow()]).catch(() => undefined);
  if (present !== undefined && present[0] === present[1]) {
    process.stdout.write(`${archive}: up to date\n`);
    return;
  }
  const made = await recipe();
  await writeOciArchive(made, archive);
  await writeFile(stamp, await stampNow());
  process.stdout.write(`${archive}: ${made.reference}\n`);
}

async function recipeFiles(): Promise<readonly Buffer[]> {
  const names = (await readdir(import.meta.dirname)).filter(name => name.endsWith('.ts') && !name.includes('.test.'));
  return Promise.all(names.sort().map(name => readFile(join(import.meta.dirname, name))));
}

async function fingerprintOf(inputs: readonly Buffer[]): Promise<string> {
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(createHash('sha256').update(input).digest());
  return hash.digest('hex');
}

await build(resolve(process.argv[2] ?? join(import.meta.dirname, 'out'))).catch((error: unknown) => {
  process.stderr.write(`images/build.ts: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

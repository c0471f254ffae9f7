import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ImageRecipe } from './oci-archive.ts';

export const ECHO_SOURCE = join(import.meta.dirname, 'echo', 'echo.c');

/** The test server of echo/echo.c, alone in its image. */
export async function echoRecipe(): Promise<ImageRecipe> {
  return {
    reference: 'tiphys.dev/echo:1.0',
    files: [{ kind: 'file', path: 'echo', mode: 0o755, content: await compile() }],
    config: { Entrypoint: ['/echo'], Env: ['PORT=8080'], ExposedPorts: { '8080/tcp': {}, '8080/udp': {} } },
  };
}

async function compile(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'tiphys-echo-'));
  const program = join(folder, 'echo');
  const flags = ['-static', '-Os', '-s', '-Wall', '-Wextra', '-Werror', '-Wl,--build-id=none', '-o', program];
  try {
    await promisify(execFile)('gcc', [...flags, ECHO_SOURCE], { timeout: 30_000 });
    return await readFile(program);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw missing ? new Error('gcc is missing. Install it: apt-get install -y gcc libc6-dev', { cause: error }) : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

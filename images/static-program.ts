import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** C sources, or further flags, as a program that needs nothing of the image it is put into; the same bytes every time. */
export async function staticProgram(...sources: readonly string[]): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'tiphys-program-'));
  const program = join(folder, 'program');
  const flags = ['-static', '-Os', '-s', '-Wall', '-Wextra', '-Werror', '-Wl,--build-id=none', '-o', program];
  try {
    await promisify(execFile)('gcc', [...flags, ...sources], { timeout: 30_000 });
    return await readFile(program);
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw missing ? new Error('gcc is missing. Install it: apt-get install -y gcc libc6-dev', { cause: error }) : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

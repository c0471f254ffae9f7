import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { RecipeFile } from '../../images/oci-archive.ts';

/** Where a program of this machine goes in an image: `{ '/usr/bin/dig': 'usr/bin/dig' }`. */
export type Placement = Readonly<Record<string, string>>;

/** Programs of this machine and the libraries that they are linked to. Throws and says what is not installed. */
export async function linkedPrograms(placement: Placement): Promise<readonly RecipeFile[]> {
  const files = new Map<string, string>();
  for (const [source, path] of Object.entries(placement)) {
    files.set(path, source);
    for (const library of await librariesOf(source)) files.set(library.slice(1), library);
  }
  const read = async ([path, source]: readonly [string, string]): Promise<RecipeFile> => ({
    kind: 'file',
    path,
    mode: 0o755,
    content: await readFile(source),
  });
  return Promise.all([...files].map(read));
}

async function librariesOf(program: string): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)('ldd', [program], { timeout: 5_000 }).catch((error: unknown) => {
    throw new Error(`the libraries of ${program} cannot be listed; is its Debian package installed?`, { cause: error });
  });
  return [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].flatMap(([, path]) => (path === undefined ? [] : [path]));
}

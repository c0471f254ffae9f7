import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { beforeEach, describe, expect, it } from 'vitest';
import { scratchFolder } from '../base/testing/scratch-folder.ts';
import { ownUrls } from './own-urls.ts';

describe('files that code finds by where it lies', () => {
  let root: string;
  let threads: Set<string>;
  beforeEach(async () => {
    root = await scratchFolder();
    threads = new Set();
  });

  const bundled = async (code: string): Promise<string> => {
    const file = join(root, 'plugins/store/disk.ts');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, code);
    const folder = join(root, 'dist/code/new');
    const entries = new Map([[join(root, 'src/sdk/index.ts'), 'sdk']]);
    await using bundle = await rolldown({
      input: file,
      plugins: [ownUrls(folder, entries, threads)],
      external: /^node:/,
    });
    await bundle.write({ dir: folder, entryFileNames: 'out.js' });
    return readFile(join(folder, 'out.js'), 'utf8');
  };

  it('are found from the bundle', async () => {
    const code = await bundled("export const program = new URL('../../build/shim', import.meta.url);");
    expect(code).toContain('new URL("../../../build/shim", import.meta.url)');
    expect(threads.size).toBe(0);
  });

  it('are bundles themselves where they are code: entries that are there, and threads', async () => {
    const code = await bundled(
      "export const urls = [new URL('./disk-thread.ts', import.meta.url), new URL('../../src/sdk/index.ts', import.meta.url)];",
    );
    expect(code).toContain('new URL("./disk-thread.js", import.meta.url)');
    expect(code).toContain('new URL("./sdk.js", import.meta.url)');
    expect([...threads]).toEqual([join(root, 'plugins/store/disk-thread.ts')]);
  });

  it.each([
    ['import.meta.dirname', 'export const here = import.meta.dirname;'],
    [
      "createRequire(import.meta.url)('.",
      "import { createRequire } from 'node:module';\nexport const addon = createRequire(import.meta.url)('../a.node');",
    ],
  ])('are not asked for by %s', async (said, code) => {
    await expect(bundled(code)).rejects.toThrow(`in a bundle ${said} is another: use new URL(PATH, import.meta.url)`);
  });
});

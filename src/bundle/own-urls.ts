import { basename, dirname, relative, resolve } from 'node:path';
import type { Plugin } from 'rolldown';

/** What is bundled for itself: a file, and what its bundle is called. */
export type Entries = ReadonlyMap<string, string>;

/**
 * Lets code find what it finds by where it lies itself, `new URL('../a/file', import.meta.url)`, from a bundle in
 * `folder`. Code of ours that is found so is an entry, or a thread: those are noted in `threads`, to be bundled beside
 * under `threadName`. Fails where a file asks in another way where it lies.
 */
export function ownUrls(folder: string, entries: Entries, threads: Set<string>): Plugin {
  const bundled = (file: string): string => {
    const entry = entries.get(file);
    if (entry === undefined) threads.add(file);
    return `./${entry ?? threadName(file)}.js`;
  };
  return {
    name: 'own-urls',
    transform: {
      filter: { code: 'import.meta' },
      handler: (code, id) => {
        const moved = code.replace(OWN_URL, (_, path: string) => {
          const file = resolve(dirname(id), path);
          return `new URL('${file.endsWith('.ts') ? bundled(file) : relative(folder, file)}', import.meta.url)`;
        });
        const other = OTHER_WAYS.exec(moved)?.[0];
        if (other !== undefined) throw new Error(`in a bundle ${other} is another: use new URL(PATH, import.meta.url)`);
        return { code: moved, map: null };
      },
    },
  };
}

export const threadName = (file: string): string => basename(file, '.ts');

const OWN_URL = /\bnew URL\('([^']+)', import\.meta\.url\)/g;
const OTHER_WAYS = /import\.meta\.(?!url\b)\w+|createRequire\(import\.meta\.url\)\('\./;

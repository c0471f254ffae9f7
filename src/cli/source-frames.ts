import { readIfPresent } from '../base/durable-file.ts';
import type { World } from '../base/world.ts';

/**
 * A stack whose frames of a bundle are told by the files they come from, as the bundler notes them:
 * `f (file:///ROOT/dist/code/ID/server.js:9:2)` becomes `f (file:///ROOT/plugins/x/f.ts in server.js:9:2)`. A frame of
 * a bundle that is no longer there stays as it is.
 */
export async function sourceFrames(files: World['files'], stack: string): Promise<string> {
  const bundles = new Map<string, readonly string[]>();
  const lines: string[] = [];
  for (const line of stack.split('\n')) {
    const [place, root, path, name, number] = BUNDLED_PLACE.exec(line) ?? [];
    if (place === undefined) {
      lines.push(line);
      continue;
    }
    const file = `${root}${path}${name}`;
    const bundle = bundles.get(file) ?? ((await readIfPresent(files, file)) ?? '').split('\n');
    bundles.set(file, bundle);
    const source = sourceAt(bundle, Number(number));
    lines.push(source === undefined ? line : line.replace(place, `file://${root}${source} in ${name}:${number}`));
  }
  return lines.join('\n');
}

function sourceAt(bundle: readonly string[], line: number): string | undefined {
  const head = bundle.findLastIndex((text, index) => index < line && text.startsWith(FILE));
  return bundle[head]?.slice(FILE.length);
}

const FILE = '// ';
const BUNDLED_PLACE = /file:\/\/(\/\S*?)(dist\/code\/\w+\/)([\w.-]+\.js):(\d+)/;

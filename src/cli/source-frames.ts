import { readIfPresent } from '../base/durable-file.ts';
import type { World } from '../base/world.ts';

/**
 * A stack whose frames of a bundle are told by the files they come from, as the bundler notes them:
 * `f (file:///ROOT/dist/code/ID/server.js:9:2)` becomes `f (file:///ROOT/plugins/x/f.ts in server.js:9:2)`. A frame of
 * a bundle that is no longer there stays as it is.
 */
export async function sourceFrames(files: World['files'], stack: string): Promise<string> {
  const lines = stack.split('\n').map(async line => {
    const [place, root, path, name, number] = BUNDLED_PLACE.exec(line) ?? [];
    if (place === undefined) return line;
    const source = sourceAt(await readIfPresent(files, `${root}${path}${name}`), Number(number));
    return source === undefined ? line : line.replace(place, `file://${root}${source} in ${name}:${number}`);
  });
  return (await Promise.all(lines)).join('\n');
}

function sourceAt(bundle: string | undefined, line: number): string | undefined {
  const before = bundle?.split('\n').slice(0, line) ?? [];
  return before.findLast(text => text.startsWith(FILE))?.slice(FILE.length);
}

const FILE = '// ';
const BUNDLED_PLACE = /file:\/\/(\/\S*?)(dist\/code\/\w+\/)([\w.-]+\.js):(\d+)/;

import { globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };

const ROOT = resolve(import.meta.dirname, '..');
const EXAMPLES = join(ROOT, 'test/plugins-dir');
const documents = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map(name => `docs/${name}`),
].filter(name => name.endsWith('.md'));
const files = globSync('{src,plugins,native,images,test,bench,docs}/**/*', { cwd: ROOT }).filter(
  path => !path.includes('node_modules'),
);

describe.each(documents)('%s', document => {
  const text = readFileSync(join(ROOT, document), 'utf8');

  it('names only files that are there', () => {
    const named = [...text.matchAll(/`([\w./{},*-]+\.(?:ts|cc|c|h|sh|md))`/g)].flatMap(([, path = '']) =>
      expanded(path),
    );
    expect(named.filter(path => !path.includes('*') && !exists(path))).toEqual([]);
  });

  it('links only to what is there', () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path = '']) => path);
    expect(links.filter(path => !files.includes(join(dirname(document), path).replace(/\/$/, '')))).toEqual([]);
  });

  it('shows plugins as they are in the folder that tests run', () => {
    const plugins = [...text.matchAll(/```ts\n([^`]*?definePlugin\([^`]*?)```/g)].map(([, code = '']) => code);
    const examples = readdirSync(EXAMPLES).map(name => readFileSync(join(EXAMPLES, name), 'utf8'));
    expect(plugins.filter(code => !examples.includes(code))).toEqual([]);
  });

  it('tells to run only scripts that are there', () => {
    const named = [...text.matchAll(/npm run ([a-z][\w-]*)/g)].map(([, name = '']) => name);
    expect(named.filter(name => !Object.hasOwn(packageJson.scripts, name))).toEqual([]);
  });
});

it('the table of ARCHITECTURE.md names every room', () => {
  const [, table = ''] = /```\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, 'docs/ARCHITECTURE.md'), 'utf8')) ?? [];
  const words = table.split(/\s+/).flatMap(word => expanded(word.replace(/,$/, '')));
  const named = new Set(words.map(word => word.replace(/^\w+\/(?=.)/, '')));
  const rooms = ['src', 'plugins', 'native'].flatMap(floor =>
    readdirSync(join(ROOT, floor), { withFileTypes: true }).filter(entry => entry.isDirectory()),
  );
  expect(rooms.map(({ name }) => name).filter(name => !named.has(name))).toEqual([]);
});

/** `a/{b,c}.ts` names two files, as a shell would have it. */
function expanded(path: string): readonly string[] {
  const match = /^(.*)\{([^{}]+)\}(.*)$/.exec(path);
  if (match === null) return [path];
  const [, before = '', inside = '', after = ''] = match;
  return inside.split(',').flatMap(part => expanded(`${before}${part}${after}`));
}

/** Paths are written from the root, or from the room that the text is speaking of. */
const exists = (path: string): boolean =>
  files.some(file => file === path || file.endsWith(`/${path}`)) || path === 'README.md';

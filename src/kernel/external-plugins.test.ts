import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratchFolder } from '../base/testing/scratch-folder.ts';
import { loadPlugin, pluginFilesIn } from './external-plugins.ts';
import { hostWorld } from './host-world.ts';
import type { AnyPlugin } from './plugin.ts';

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await scratchFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}
const load = async (folder: string): Promise<readonly AnyPlugin[]> =>
  Promise.all((await pluginFilesIn(hostWorld(), folder)).map(path => loadPlugin(path, new Map())));

describe('the plugins of a folder', () => {
  it('imports TypeScript and JavaScript files, and nothing else, in order of name', async () => {
    const folder = await folderWith({
      'b.js': "export default { name: 'b' };",
      'a.ts': "const name: string = 'a'; export default { name };",
      'a.test.ts': 'throw new Error("not to be loaded");',
      'readme.md': '# no plugin',
    });
    expect((await load(folder)).map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('names a folder that is not there', async () => {
    await expect(load('/nowhere')).rejects.toThrow('/nowhere: the folder of plugins cannot be read: ENOENT');
  });

  it.each([
    ['has no plugin', 'export const x = 1;', 'has no plugin as its default export'],
    ['does not parse', 'export default {', '(Unexpected|parse)'],
    ['throws', "throw new Error('out of luck');", 'out of luck'],
  ])('names the file that %s', async (_, text, message) => {
    const folder = await folderWith({ 'bad.js': text });
    await expect(load(folder)).rejects.toThrow(new RegExp(`bad\\.js: .*${message}`));
  });
});

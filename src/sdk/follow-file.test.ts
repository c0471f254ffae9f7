import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { scratchFolder } from '../base/testing/scratch-folder.ts';
import { hostWorld } from '../kernel/host-world.ts';
import { silentLogger } from '../kernel/silent-logger.ts';
import { followFile } from './follow-file.ts';

async function followed(path: string, content: string) {
  const over = new AbortController();
  onTestFinished(() => over.abort());
  const seen: string[] = [];
  followFile({
    world: hostWorld(),
    path,
    content,
    changed: now => void seen.push(now),
    unreadable: () => void seen.push('unreadable'),
    log: silentLogger,
    signal: over.signal,
  });
  const shows = (...expected: readonly string[]) => vi.waitFor(() => expect(seen).toEqual(expected), 10_000);
  return { shows, over };
}

it('tells what a file holds whenever that is something else', async () => {
  const path = join(await scratchFolder(), 'file');
  await writeFile(path, 'changed meanwhile');
  const { shows, over } = await followed(path, 'as it was read');
  await shows('changed meanwhile');
  await writeFile(path, 'in place');
  await shows('changed meanwhile', 'in place');
  await writeFile(`${path}.new`, 'renamed');
  await rename(`${path}.new`, path);
  await shows('changed meanwhile', 'in place', 'renamed');
  await rm(path);
  await shows('changed meanwhile', 'in place', 'renamed', 'unreadable');
  await writeFile(path, 'back');
  await shows('changed meanwhile', 'in place', 'renamed', 'unreadable', 'back');
  over.abort();
});

it('follows a link that leads elsewhere, as files of a ConfigMap do', async () => {
  const folder = await scratchFolder();
  for (const name of ['one', 'two']) {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'file'), name);
  }
  await symlink('one', join(folder, '..data'));
  await symlink('..data/file', join(folder, 'file'));
  const { shows } = await followed(join(folder, 'file'), 'one');
  await symlink('two', join(folder, '..data_tmp'));
  await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  await shows('two');
});

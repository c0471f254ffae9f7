import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { diskUsage } from './disk-usage.ts';

it('counts blocks and inodes of a folder, a file of two names once, and nothing of what is not there', async () => {
  const folder = await files.mkdtemp(join(tmpdir(), 'disk-usage-'));
  await files.mkdir(join(folder, 'a'));
  await files.writeFile(join(folder, 'a', 'b'), Buffer.alloc(100_000, 1));
  await files.link(join(folder, 'a', 'b'), join(folder, 'c'));
  await files.symlink('/usr', join(folder, 'd'));
  const { bytes, inodes } = await diskUsage(files, folder);
  expect(inodes).toBe(4);
  expect(bytes).toBeGreaterThanOrEqual(100_000);
  expect(bytes).toBeLessThan(200_000);
  await files.rm(folder, { recursive: true });
  expect(await diskUsage(files, folder)).toEqual({ bytes: 0, inodes: 0 });
});

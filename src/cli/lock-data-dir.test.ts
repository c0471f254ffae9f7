import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scratchFolder } from '../base/testing/scratch-folder.ts';
import { hostWorld } from '../kernel/host-world.ts';
import { lockDataDir } from './lock-data-dir.ts';

it('gives a data directory to one server at a time and names the one that has it', async () => {
  const world = hostWorld();
  const dataDir = join(await scratchFolder(), 'new');
  const held = await lockDataDir(world, dataDir);
  await expect(lockDataDir(world, dataDir)).rejects.toMatchObject({
    code: 'DataDirInUse',
    message: `the data directory ${dataDir} is in use by another tiphys server (pid ${process.pid})`,
  });
  await held[Symbol.asyncDispose]();
  const again = await lockDataDir(world, dataDir);
  await again[Symbol.asyncDispose]();
});

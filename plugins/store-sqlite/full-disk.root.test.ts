import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { putOf } from '../../src/store/testing/trial.ts';
import { openSqliteStore } from './sqlite-store.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tiphys-full-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tiphys-full-disk', folder]);
});
afterEach(async () => {
  execFileSync('umount', [folder]);
  await rm(folder, { recursive: true, force: true });
});

it('refuses puts on a full disk, still deletes, and goes on once there is space', async () => {
  const ballast = join(folder, 'ballast');
  await writeFile(ballast, Buffer.alloc(8 * 1024 * 1024));
  const db = join(folder, 'db');
  await using store = await openSqliteStore({ folder: db, world: hostWorld() });
  const put = (key: string) => store.transact({ guards: [], writes: [putOf(key, 'x'.repeat(100_000))] });
  let count = 0;
  const fill = async (): Promise<never> => {
    for (;;) {
      await put(`/fill/${count}`);
      count++;
    }
  };
  await expect(fill()).rejects.toMatchObject({ code: 'Full' });
  expect(existsSync(join(db, 'reserve'))).toBe(false);
  await expect(put('/more')).rejects.toMatchObject({ code: 'Full' });
  expect(await store.count('/fill/')).toBe(count);
  for (let n = 0; n < 20; n++) {
    expect(await store.transact({ guards: [], writes: [{ delete: `/fill/${n}` }] })).toMatchObject({ ok: true });
  }
  await new Promise(resolve => void setTimeout(resolve, 1_100));
  await rm(ballast);
  expect(await put('/more')).toMatchObject({ ok: true });
  expect(await store.count('/')).toBe(count - 20 + 1);
});

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { putOf } from '../../src/store/testing/trial.ts';
import { openSqliteStore } from './sqlite-store.ts';

/** One after the other, each with a sync of its own. */
const DELETES = 300;

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tiphys-full-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tiphys-full-disk', folder]);
});
afterEach(async () => {
  execFileSync('umount', [folder]);
  await rm(folder, { recursive: true, force: true });
});

/** Takes every block that becomes free, as another process. */
async function greedyNeighbour(path: string): Promise<AsyncDisposable> {
  const eats = `const { openSync, writeSync } = require('node:fs');
    const file = openSync(${JSON.stringify(path)}, 'w');
    let isTold = false;
    (function eat() {
      try {
        for (;;) writeSync(file, Buffer.alloc(4096, 'x'));
      } catch (error) {
        if (error.code !== 'ENOSPC') throw error;
      }
      if (!isTold) console.log('full');
      isTold = true;
      setTimeout(eat, 1);
    })();`;
  const neighbour = spawn(process.execPath, ['-e', eats], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(neighbour, 'exit');
  await once(neighbour.stdout, 'data');
  return {
    async [Symbol.asyncDispose]() {
      neighbour.kill('SIGKILL');
      await gone;
    },
  };
}

it('refuses puts on a full disk, still deletes though others take every block, and goes on once there is space', async () => {
  const db = join(folder, 'db');
  await using store = await openSqliteStore({ folder: db, world: hostWorld() });
  const put = (key: string, bytes = 100_000) => store.transact({ guards: [], writes: [putOf(key, 'x'.repeat(bytes))] });
  for (let n = 0; n < 40; n++) await put(`/fill/${n}`);
  await Promise.all(Array.from({ length: DELETES }, (_, n) => put(`/small/${n}`, 1_000)));
  const ballast = join(folder, 'ballast');
  {
    await using _neighbour = await greedyNeighbour(ballast);
    const fill = async (): Promise<never> => {
      for (let n = 0; ; n++) await put(`/more/${n}`);
    };
    await expect(fill()).rejects.toMatchObject({ code: 'Full' });
    const count = await store.count('/');
    for (let n = 0; n < DELETES; n++) {
      expect(await store.transact({ guards: [], writes: [{ delete: `/small/${n}` }] })).toMatchObject({ ok: true });
    }
    await expect(put('/refused')).rejects.toMatchObject({ code: 'Full' });
    expect(await store.count('/')).toBe(count - DELETES);
  }
  await new Promise(resolve => void setTimeout(resolve, 1_100));
  await rm(ballast);
  expect(await put('/again')).toMatchObject({ ok: true });
  expect(await store.count('/small/')).toBe(0);
}, 60_000);

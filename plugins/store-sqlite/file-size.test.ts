import { cpSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { memoryPlace } from '../../src/base/testing/memory-place.ts';
import { scratchFolder } from '../../src/base/testing/scratch-folder.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { seededRandom } from '../../src/sdk/testing/seeded-random.ts';
import { LOG_RESERVE_BYTES } from './limits.ts';
import { openSqliteStore } from './sqlite-store.ts';

/** The whole way, with the real limits: `npm run bench -- store`. More here: `TIPHYS_UPDATES=1000000`. */
const UPDATES = Number(process.env['TIPHYS_UPDATES'] ?? 30_000);
const OBJECTS = 5_000;
const VALUE_BYTES = 1_500;
const PER_TRANSACTION = 10;

let folder = '';
beforeEach(async () => {
  folder = await scratchFolder(memoryPlace());
});

const filesBytes = (): number =>
  readdirSync(folder)
    .filter(name => name.startsWith('store.db') && !name.endsWith('-shm'))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

it(
  'keeps its files within 3 times the live data, however often that is written anew and deleted',
  async () => {
    /** As the real ones stand to 100,000 objects. */
    const limits = { historyBytes: 1024 * 1024, historyRevisions: 700 };
    await using store = await openSqliteStore({ folder, world: hostWorld(), limits, checkpointBytes: 256 * 1024 });
    const random = seededRandom(1);
    let most = 0;
    const update = (key: number) => ({
      put: `/k/${key}`,
      value: Buffer.alloc(VALUE_BYTES, String(random.below(1e9))),
    });
    for (let key = 0; key < OBJECTS; key += 500) {
      const writes = Array.from({ length: 500 }, (_, n) => update(key + n));
      await store.transact({ guards: [], writes });
    }
    for (let done = 0; done < UPDATES; done += PER_TRANSACTION * 8) {
      await Promise.all(
        Array.from({ length: 8 }, () => {
          const keys = new Set(Array.from({ length: PER_TRANSACTION }, () => random.below(OBJECTS)));
          /** Some are deleted, and come back with a later update. */
          const writes = [...keys].map(key => (random.chance(0.1) ? { delete: `/k/${key}` } : update(key)));
          return store.transact({ guards: [], writes });
        }),
      );
      most = Math.max(most, filesBytes());
    }
    const live = (await store.count('/')) * VALUE_BYTES;
    /** What is kept free for deletes is the same for any store. */
    expect((most - LOG_RESERVE_BYTES) / live).toBeLessThan(3);
  },
  120_000 + UPDATES * 2,
);

it('keeps its log within bounds also where no process lives long enough to fill it', async () => {
  const checkpointBytes = 1024 * 1024;
  const value = Buffer.alloc(40_000, 'x');
  for (let life = 0; life < 12; life++) {
    const store = await openSqliteStore({ folder, world: hostWorld(), checkpointBytes });
    for (let n = 0; n < 10; n++) await store.transact({ guards: [], writes: [{ put: `/k/${n}`, value }] });
    /** As a killed process would leave it. */
    const left = await scratchFolder(memoryPlace());
    cpSync(folder, left, { recursive: true });
    await store[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
    folder = left;
  }
  expect(statSync(join(folder, 'store.db-wal')).size).toBeLessThan(2 * checkpointBytes + LOG_RESERVE_BYTES);
}, 60_000);

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scratchFolder } from '../base/testing/scratch-folder.ts';
import { hostWorld } from '../kernel/host-world.ts';
import { describeStoreConformance } from './testing/store-conformance.ts';
import { putOf } from './testing/trial.ts';
import { createMemoryStore } from './memory-store.ts';

describeStoreConformance('the memory store', async (world, limits) => createMemoryStore(world, limits));

it('answers Closed once it is closed, to writers and watchers', async () => {
  const store = createMemoryStore(hostWorld());
  const watch = store.watch('/', { after: 1, signal: AbortSignal.timeout(5_000) })[Symbol.asyncIterator]();
  const next = watch.next();
  await store[Symbol.asyncDispose]();
  await expect(next).rejects.toMatchObject({ code: 'Closed' });
  await expect(store.transact({ guards: [], writes: [putOf('/a', 'x')] })).rejects.toMatchObject({ code: 'Closed' });
});

it('writes a copy of everything as lines of JSON', async () => {
  await using store = createMemoryStore(hostWorld());
  await store.transact({ guards: [], writes: [putOf('/a', 'x'), putOf('/b', 'y')] });
  const path = join(await scratchFolder(), 'store.jsonl');
  await store.backup(path);
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(2);
  expect(JSON.parse(lines[1] ?? '')).toEqual({ key: '/b', createRevision: 2, modRevision: 2, value: 'eQ==' });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import type { Store, WatchBatch } from '../../src/store/store.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { keysOf, WRITERS, type Line } from './testing/crash-writer.ts';

/** More: `TIPHYS_CYCLES=100 npx vitest run plugins/store-sqlite/crash.test.ts`. */
const CYCLES = Number(process.env['TIPHYS_CYCLES'] ?? 10);
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tiphys-crash-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Lets a process of its own write for a while, kills it without warning, and answers what it had said. */
async function writeUntilKilled(runMs: number): Promise<readonly Line[]> {
  const script = join(import.meta.dirname, 'testing', 'crash-writer.ts');
  /** A file takes every line at once, where a pipe would refuse some of a writer this fast. */
  const path = `${folder}.said`;
  const said = await open(path, 'w');
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', said.fd, 'inherit'] });
  const exited = once(child, 'exit');
  while ((await said.stat()).size === 0 && child.exitCode === null) await setTimeout(2);
  await setTimeout(runMs);
  child.kill('SIGKILL');
  expect(await exited).toEqual([null, 'SIGKILL']);
  await said.close();
  /** A line that the kill cut short was not said. */
  const whole = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  await rm(path);
  return whole.map(line => JSON.parse(line) as Line);
}

async function changesAfter(store: Store, after: number): Promise<readonly WatchBatch[]> {
  const batches: WatchBatch[] = [];
  if (after === store.committed) return batches;
  for await (const batch of store.watch('/', { after, signal: AbortSignal.timeout(5_000) })) {
    batches.push(batch);
    if (batch.revision === store.committed) break;
  }
  return batches;
}

async function countsOf(store: Store, writer: number): Promise<{ readonly count: number; readonly isWhole: boolean }> {
  const { a, b, odd } = keysOf(writer);
  const [inA, inB, inOdd] = await Promise.all([a, b, odd].map(async key => (await store.get(key)).entry));
  const count = Number(inA?.value.toString() ?? 0);
  const isWhole = inA?.modRevision === inB?.modRevision && (inOdd !== undefined) === (count % 2 === 1);
  return { count, isWhole };
}

it(
  'loses nothing it acknowledged, halves nothing and reuses no revision, however often it is killed',
  async () => {
    const owners = new Map<number, string>();
    let before = 1;
    let acknowledged = 0;
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const lines = await writeUntilKilled(20 + 40 * (cycle % 10));
      await using store = await openSqliteStore({ folder, world: hostWorld() });
      const last = new Map<number, number>();
      for (const line of lines) {
        if ('saw' in line) {
          expect(line.saw).toBeLessThanOrEqual(store.committed);
          continue;
        }
        const { writer, count, revision } = line.acked;
        expect(owners.get(revision)).toBeUndefined();
        owners.set(revision, `${writer} ${count}`);
        last.set(writer, count);
        acknowledged++;
        expect(revision).toBeLessThanOrEqual(store.committed);
      }
      for (let writer = 0; writer < WRITERS; writer++) {
        const { count, isWhole } = await countsOf(store, writer);
        expect(isWhole).toBe(true);
        /** The one transaction that was under way may have come through, no more. */
        const promised = last.get(writer);
        if (promised !== undefined) expect(count - promised).toBeOneOf([0, 1]);
      }
      const told = await changesAfter(store, before);
      expect(told.map(({ revision }) => revision)).toEqual(
        Array.from({ length: store.committed - before }, (_, n) => before + 1 + n),
      );
      before = store.committed;
    }
    expect(acknowledged).toBeGreaterThan(CYCLES * WRITERS);
  },
  60_000 + CYCLES * 10_000,
);

import { mkdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memoryPlace } from '../../src/base/testing/memory-place.ts';
import { must } from '../../src/base/must.ts';
import { spawnTapped, type Fault } from './testing/disk-tap.ts';
import type { Sweep, SweepLine } from './testing/fault-sweep.ts';
import type { SnapshotSweepLine } from './testing/snapshot-sweep.ts';

/** 1 lets every single call fail: `TIPHYS_STRIDE=1 npx vitest run plugins/store-sqlite/fault-sweep.test.ts`. */
const STRIDE = Number(process.env['TIPHYS_STRIDE'] ?? 6);

let scratch = '';
beforeAll(async () => {
  scratch = await mkdtemp(join(memoryPlace(), 'tiphys-sweep-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

async function sweep(fault: Fault, burst: number): Promise<readonly SweepLine[]> {
  const folder = join(scratch, `${fault}-${burst}`);
  mkdirSync(folder);
  const options: Sweep = { folder, fault, stride: STRIDE, burst };
  const script = join(import.meta.dirname, 'testing', 'fault-sweep.ts');
  const child = spawnTapped({ script, args: [JSON.stringify(options)], folder });
  const said = await text(must(child.stdout, 'it is a pipe'));
  return linesOf(said).map(line => JSON.parse(line) as SweepLine);
}

const linesOf = (said: string): readonly string[] => said.trimEnd().split('\n');

it.each([
  ['EIO', 1],
  ['ENOSPC', 1],
  ['ENOSPC', 6],
  ['SHORT', 2],
] as const)(
  'keeps its promises and comes back by itself, whichever call to the disk meets %s, %d in a row',
  async (fault, burst) => {
    const lines = await sweep(fault, burst);
    expect(lines.filter(({ wrong }) => wrong !== undefined)).toEqual([]);
    const [dry, ...runs] = lines;
    const calls = must(dry, 'there is a run without a fault').calls;
    expect(calls).toBeGreaterThan(50);
    expect(runs).toHaveLength(Math.ceil(calls / STRIDE));
    const outcomes = new Set(runs.map(({ outcome }) => outcome));
    expect(outcomes).toContain('not opened');
    expect(outcomes).toContain(fault === 'EIO' ? 'failed' : 'full');
  },
  300_000,
);

it('saves a snapshot or leaves the one before, restores it or leaves the store before, whichever call fails', async () => {
  const folder = join(scratch, 'snapshots');
  mkdirSync(folder);
  const script = join(import.meta.dirname, 'testing', 'snapshot-sweep.ts');
  const child = spawnTapped({ script, args: [folder, String(STRIDE)], folder });
  const lines = linesOf(await text(must(child.stdout, 'it is a pipe'))).map(
    line => JSON.parse(line) as SnapshotSweepLine,
  );
  expect(lines.filter(({ wrong }) => wrong !== undefined)).toEqual([]);
  for (const command of ['save', 'restore']) {
    const own = lines.filter(line => line.command === command);
    expect(own.length).toBeGreaterThan(40 / STRIDE);
    expect(own.filter(({ isRefused }) => isRefused).length).toBeGreaterThan(own.length / 2);
  }
}, 300_000);

import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memoryPlace } from '../../src/base/testing/memory-place.ts';
import { seededRandom } from '../../src/sdk/testing/seeded-random.ts';
import { spawnTapped } from './testing/disk-tap.ts';
import { PowerCutDisk, readTrace, SAID, type DiskCall } from './testing/disk-trace.ts';
import { findState } from './testing/find-state.ts';
import { Ledger, type SaidLine } from './testing/ledger.ts';
import { scriptOf } from './testing/script.ts';
import type { ScriptedRun } from './testing/scripted-writer.ts';

/** More of both: `TIPHYS_SEED=7 TIPHYS_CUTS=20 npx vitest run plugins/store-sqlite/power-cut.test.ts`. */
const SEED = Number(process.env['TIPHYS_SEED'] ?? 1);
const CUTS_PER_SYNC = Number(process.env['TIPHYS_CUTS'] ?? 1);
const SCRIPT = { seed: SEED, groups: 150 };
/** Started first, killed before a sync and started again, twice; told that a sync failed, and closed. */
const LIVES = [
  { from: 0, to: 20, end: 'kill' },
  { from: 20, to: 80, end: 'kill' },
  { from: 80, to: 120, end: 'failed-sync' },
  { from: 120, to: 150, end: 'close' },
] as const;

let scratch = '';
let calls: readonly DiskCall[] = [];
const root = (): string => join(scratch, 'root');
const said = (): string => join(root(), SAID);

beforeAll(async () => {
  scratch = await mkdtemp(join(memoryPlace(), 'tiphys-power-cut-'));
  mkdirSync(root());
  const trace = join(scratch, 'trace');
  for (const life of LIVES) {
    const folder = join(root(), 'server', 'db');
    const run: ScriptedRun = { folder, said: said(), script: SCRIPT, ...life };
    const script = join(import.meta.dirname, 'testing', 'scripted-writer.ts');
    const child = spawnTapped({ script, args: [JSON.stringify(run)], folder: root(), trace });
    expect(await once(child, 'exit')).toEqual(life.end === 'kill' ? [null, 'SIGKILL'] : [0, null]);
  }
  calls = [...readTrace(await readFile(trace))];
}, 60_000);
afterAll(() => rm(scratch, { recursive: true, force: true }));

it('survives a power cut at every sync: nothing acknowledged or shown is lost, nothing else is there', async () => {
  const disk = new PowerCutDisk(root(), seededRandom(SEED));
  const steps = scriptOf(SCRIPT).flat();
  const ledger = new Ledger(steps);
  let cuts = 0;
  for (const [index, call] of calls.entries()) {
    for (let n = 0; call.kind.endsWith('sync') && n < CUTS_PER_SYNC; n++) {
      const image = join(scratch, 'image');
      mkdirSync(image);
      disk.layOut(image);
      const place = `cut ${n} before call ${index} (${call.kind} of ${call.path}), seed ${SEED}`;
      expect([place, wrongIn(ledger, join(image, 'server', 'db'))]).toEqual([place, undefined]);
      await rm(image, { recursive: true });
      cuts++;
    }
    disk.apply(call);
    if (call.path !== said() || call.kind !== 'write') continue;
    ledger.note(JSON.parse(call.bytes.toString()) as SaidLine);
  }
  expect(ledger.problems).toEqual([]);
  /** Or nothing was proven: most steps were acknowledged, the log was copied and begun anew, a sync failed. */
  expect(ledger.ackedCount).toBeGreaterThan(steps.length * 0.9);
  expect(cuts).toBeGreaterThan(SCRIPT.groups * CUTS_PER_SYNC);
  const logStarts = calls.filter(({ kind, path, offset }) => kind === 'write' && path.endsWith('-wal') && offset === 0);
  expect(logStarts.length).toBeGreaterThan(LIVES.length);
  expect(calls.filter(({ kind }) => kind === 'failed-sync')).toHaveLength(1);
}, 300_000);

function wrongIn(ledger: Ledger, folder: string): string | undefined {
  try {
    return ledger.wrongWith(findState(folder));
  } catch (error) {
    return String(error);
  }
}

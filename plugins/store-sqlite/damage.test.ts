import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryPlace } from '../../src/base/testing/memory-place.ts';
import { seededRandom } from '../../src/sdk/testing/seeded-random.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { putOf } from '../../src/store/testing/trial.ts';
import { StoreError } from '../../src/store/store.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { findState } from './testing/find-state.ts';
import type { FoundState } from './testing/ledger.ts';

/** More: `TIPHYS_FLIPS=20000 TIPHYS_SEED=3 npx vitest run plugins/store-sqlite/damage.test.ts`. */
const FLIPS = Number(process.env['TIPHYS_FLIPS'] ?? 200);
const SEED = Number(process.env['TIPHYS_SEED'] ?? 1);

let scratch = '';
const whole = (): string => join(scratch, 'whole');
const killed = (): string => join(scratch, 'killed');
beforeAll(async () => {
  scratch = await mkdtemp(join(memoryPlace(), 'tiphys-damage-'));
  const store = await openSqliteStore({ folder: whole(), world: hostWorld() });
  for (let n = 0; n < 250; n++) {
    const key = `/registry/pods/default/${n % 220}`;
    await store.transact({ guards: [], writes: [n % 9 === 8 ? { delete: key } : putOf(key, `${n}`.padEnd(n * 3))] });
  }
  await store.compact(store.committed - 20);
  /** As a killed process would leave it, with the log beside, but for the space behind its last frame. */
  cpSync(whole(), killed(), { recursive: true });
  const log = join(killed(), 'store.db-wal');
  truncateSync(log, readFileSync(log).findLastIndex(byte => byte !== 0) + 1);
  await store[Symbol.asyncDispose]();
}, 60_000);
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** What is read, and that what is written next is read, too. */
function stateOf(folder: string): FoundState {
  const state = findState(folder);
  const next = findState(folder);
  expect(next.revision).toBe(state.revision + 1);
  return state;
}

function sweep(from: string, file: string): ReadonlyMap<string, number> {
  const random = seededRandom(SEED);
  const intact = readFileSync(join(from, file));
  const folder = join(scratch, 'flipped');
  cpSync(from, folder, { recursive: true });
  const expected = stateOf(folder);
  const outcomes = new Map<string, number>();
  for (let n = 0; n < FLIPS; n++) {
    const at = random.below(intact.length);
    const bit = random.below(8);
    rmSync(folder, { recursive: true });
    cpSync(from, folder, { recursive: true });
    const bytes = Buffer.from(intact);
    bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
    writeFileSync(join(folder, file), bytes);
    const outcome = outcomeOf(folder, expected);
    const place = `bit ${bit} of byte ${at} of ${file}, seed ${SEED}`;
    expect([place, outcome.slice(0, 5)]).toEqual([place, expect.stringMatching(/^(same|found)/)]);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  rmSync(folder, { recursive: true });
  return outcomes;
}

function outcomeOf(folder: string, expected: FoundState): string {
  try {
    const state = stateOf(folder);
    return JSON.stringify(state) === JSON.stringify(expected) ? 'same' : 'WRONG DATA';
  } catch (error) {
    const isTold = error instanceof StoreError && error.code === 'Corrupt' && /snapshot restore/.test(error.message);
    if (!isTold) return String(error instanceof Error ? error.stack : error);
    return `found ${/the row of .* is damaged/.test(error.message) ? 'in a row' : 'in the file'}`;
  }
}

describe('a flipped bit', () => {
  it('of the database is refused with the way back, or changes nothing', () => {
    const outcomes = sweep(whole(), 'store.db');
    expect(outcomes.get('found in a row')).toBeGreaterThan(FLIPS / 4);
    expect(outcomes.get('found in the file')).toBeGreaterThan(0);
  }, 120_000);

  it('of the log of a killed process, too', () => {
    const outcomes = sweep(killed(), 'store.db-wal');
    expect(outcomes.get('found in the file')).toBeGreaterThan(FLIPS / 2);
  }, 120_000);
});

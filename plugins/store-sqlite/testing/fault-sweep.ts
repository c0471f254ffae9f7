import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { must } from '../../../src/base/must.ts';
import { arm, callsSinceArmed, disarm, type Fault } from './disk-tap.ts';
import { findState } from './find-state.ts';
import { BALLAST, SweptStore, type SweepOutcome } from './swept-store.ts';

/**
 * A tapped process that plays one short script again and again, each time with another call to the disk
 * failing, and says what came of it, one JSON text a line.
 */
export interface Sweep {
  readonly folder: string;
  readonly fault: Fault;
  /** Every so many calls. */
  readonly stride: number;
  /** Calls that fail one after another. */
  readonly burst: number;
}
export interface SweepLine {
  /** 0: none failed, to count them. */
  readonly call: number;
  readonly calls: number;
  readonly outcome: SweepOutcome;
  /** What was acknowledged and is not there, or is there and should not be; a store that does not come back. */
  readonly wrong?: string;
}

if (import.meta.main) {
  enableCompileCache();
  const { folder, fault, stride, burst } = JSON.parse(must(process.argv[2], 'a sweep is given')) as Sweep;
  const say = (line: SweepLine): void => console.log(JSON.stringify(line));
  const dry = await play(join(folder, 'dry'), 'COUNT', 0, 0);
  say({ call: 0, ...dry });
  for (let call = 1; call <= dry.calls; call += stride) {
    say({ call, ...(await play(join(folder, String(call)), fault, call, call + burst - 1)) });
  }
}

async function play(folder: string, fault: Fault, first: number, last: number): Promise<Omit<SweepLine, 'call'>> {
  const db = join(folder, 'db');
  mkdirSync(folder);
  const trial = new SweptStore(db);
  arm({ fault, first, last, path: '/db' });
  try {
    await trial.run();
    const calls = callsSinceArmed(join(folder, 'calls'));
    disarm();
    await trial.comesBack();
    const { entries, revision } = findState(db);
    const own = entries.filter(({ key }) => !key.startsWith(BALLAST));
    const wrong = trial.ledger.problems[0] ?? trial.ledger.wrongWith({ revision, entries: own });
    return { calls, outcome: trial.outcome, ...(wrong === undefined ? {} : { wrong }) };
  } catch (error) {
    return { calls: -1, outcome: trial.outcome, wrong: inspect(error) };
  } finally {
    disarm();
    await rm(folder, { recursive: true });
  }
}

import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { memoryPlace } from '../../src/base/testing/memory-place.ts';
import { seededRandom } from '../../src/sdk/testing/seeded-random.ts';
import { spawnTapped } from './testing/disk-tap.ts';
import { PowerCutDisk, readTrace, SAID, type DiskCall } from './testing/disk-trace.ts';
import { findState } from './testing/find-state.ts';

const SEED = Number(process.env['TIPHYS_SEED'] ?? 1);
const CUTS = Number(process.env['TIPHYS_CUTS'] ?? 1);

let scratch = '';
let calls: readonly DiskCall[] = [];
const root = (): string => join(scratch, 'root');
beforeAll(async () => {
  scratch = await mkdtemp(join(memoryPlace(), 'tiphys-restore-'));
  mkdirSync(root());
  const trace = join(scratch, 'trace');
  const script = join(import.meta.dirname, 'testing', 'restore-run.ts');
  for (const mode of ['fill', 'restore']) {
    const child = spawnTapped({ script, args: [mode, root()], folder: root(), trace });
    expect(await once(child, 'exit')).toEqual(mode === 'fill' ? [null, 'SIGKILL'] : [0, null]);
  }
  calls = [...readTrace(readFileSync(trace))];
}, 60_000);
afterAll(() => rm(scratch, { recursive: true, force: true }));

it('leaves the old store or the new one, whole, wherever it is killed or the power is cut', () => {
  const disk = new PowerCutDisk(root(), seededRandom(SEED));
  const found = { kill: new Set<string>(), cut: new Set<string>() };
  let said = '';
  for (const [index, call] of calls.entries()) {
    /** What happens to names decides; of the many writes of pages some stand for all. */
    const isNamed = call.kind === 'rename' || call.kind === 'folder' || call.path === join(root(), 'server', 'db');
    if (said !== '' && (isNamed || call.kind !== 'write' || index % 8 === 0)) {
      const place = `before call ${index} (${call.kind} of ${call.path}), seed ${SEED}`;
      const allowed = said === 'restored' ? ['new'] : ['old', 'new'];
      const kill = storeIn(image => disk.layOutNow(image));
      found.kill.add(kill);
      expect([`kill ${place}`, allowed]).toEqual([`kill ${place}`, expect.arrayContaining([kill])]);
      for (let n = 0; n < (isNamed ? 16 * CUTS : CUTS); n++) {
        const cut = storeIn(image => disk.layOut(image));
        found.cut.add(cut);
        expect([`cut ${place}`, allowed]).toEqual([`cut ${place}`, expect.arrayContaining([cut])]);
      }
    }
    disk.apply(call);
    if (call.kind === 'write' && call.path === join(root(), SAID)) said = call.bytes.toString().trim();
  }
  expect(said).toBe('restored');
  expect(found).toEqual({ kill: new Set(['old', 'new']), cut: new Set(['old', 'new']) });
}, 300_000);

/** Which store is found there; anything else tells what is wrong. */
function storeIn(layOut: (image: string) => void): string {
  const image = join(scratch, 'image');
  mkdirSync(image);
  layOut(image);
  try {
    const { entries, revision } = findState(join(image, 'server', 'db'));
    const texts = new Set(entries.map(({ text }) => text.slice(0, 3)));
    if (entries.length !== 30 || texts.size !== 1)
      return `a mixture of ${[...texts].join()} with ${entries.length} keys`;
    /** Only a restored store has made the leap. */
    const leapt = revision > 1_000_000_000 ? 'new' : 'old';
    return texts.has(leapt) ? leapt : `${[...texts].join()} at revision ${revision}`;
  } catch (error) {
    return String(error);
  } finally {
    rmSync(image, { recursive: true });
  }
}

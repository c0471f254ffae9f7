import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryPlace } from '../src/base/testing/memory-place.ts';

/** Gives a run places of its own for what tests write, and fails it where a test leaves something there. */
export default function nothingLeft(): () => void {
  process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'node-compile-cache');
  const places = [tmpdir(), memoryPlace()].map(place => mkdtempSync(join(place, 'tiphys-unit-')));
  [process.env['TMPDIR'], process.env['TIPHYS_MEMORY_PLACE']] = places;
  return () => {
    const left = places.flatMap(place => readdirSync(place));
    for (const place of places) rmSync(place, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`tests left behind: ${left.join(', ')}`);
  };
}

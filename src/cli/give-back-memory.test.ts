import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

// A process of its own: what else has used this one's heap would be measured as well.
it('lets the heap shrink once a burst of work is over', async () => {
  const burst = join(import.meta.dirname, 'testing/memory-after-burst.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [burst], { timeout: 40_000 });
  const { heldBytes, keptBytes, freed } = JSON.parse(stdout) as Readonly<Record<string, number>>;
  expect(heldBytes).toBeGreaterThan(32 * 2 ** 20);
  expect(keptBytes).toBeLessThan((heldBytes ?? 0) - 16 * 2 ** 20);
  expect(freed).toBeGreaterThan(0);
}, 60_000);

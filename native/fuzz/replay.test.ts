import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'tiphys-replay-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what fuzzing found, and what led there', () => {
  it.each(['tar', 'netlink', 'shim', 'shim-plan'])(
    'breaks %s no more',
    async target => {
      const corpus = join(ROOT, 'test/corpus', target);
      const inputs = readdirSync(corpus).map(name => join(corpus, name));
      expect(inputs.length).toBeGreaterThan(10);
      const program = join(folder, target);
      await run('sh', [join(ROOT, 'native/fuzz/build.sh'), target, program]);
      // A child of the shim never frees what it read: it becomes the program.
      const env = { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' };
      const { stderr } = await run(program, inputs, { env, maxBuffer: 1 << 26 });
      expect(stderr.trim().split('\n')).toEqual(inputs);
    },
    240_000,
  );
});

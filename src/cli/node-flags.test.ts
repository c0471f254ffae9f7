import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { NODE_FLAGS } from './node-flags.ts';

const ROOT = join(import.meta.dirname, '../..');

it.each([
  ['package.json', 'node FLAGS src/main.js'],
  ['src/cli/start.sh', 'exec node FLAGS "$folder/../main.js"'],
  ['src/cli/prepare.sh', 'node FLAGS src/main.js compile'],
  ['native/launcher/launcher.c', '[] = "FLAGS"'],
  ['src/main.js', '#!/usr/bin/env -S node FLAGS\n'],
])('%s starts Node with the flags of all', (file, line) => {
  expect(readFileSync(join(ROOT, file), 'utf8')).toContain(line.replace('FLAGS', NODE_FLAGS.join(' ')));
});

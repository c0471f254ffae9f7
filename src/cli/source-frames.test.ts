import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scratchFolder } from '../base/testing/scratch-folder.ts';
import { hostWorld } from '../kernel/host-world.ts';
import { sourceFrames } from './source-frames.ts';

const BUNDLE = [
  "import { a } from './shared.js';",
  '// plugins/scheduler/decide.ts',
  'function decide() {}',
  '// plugins/kubelet/plugin.ts',
  'function start() {',
  '}',
];

it('tells frames of a bundle by the files they come from', async () => {
  const root = await scratchFolder();
  const bundle = join(root, 'dist/code/0123abcd');
  await mkdir(bundle, { recursive: true });
  await writeFile(join(bundle, 'server.js'), BUNDLE.join('\n'));
  const at = (place: string): string => `f (file://${root}/${place})`;
  const stack = [
    at('dist/code/0123abcd/server.js:3:9'),
    at('dist/code/0123abcd/server.js:5:1'),
    at('dist/code/0123abcd/server.js:1:1'),
    at('dist/code/0123abcd/gone.js:3:9'),
    at('plugins/dns/plugin.ts:1:1'),
    'g (node:fs:1:2)',
  ];
  expect((await sourceFrames(hostWorld().files, stack.join('\n'))).split('\n')).toEqual([
    at('plugins/scheduler/decide.ts in server.js:3:9'),
    at('plugins/kubelet/plugin.ts in server.js:5:1'),
    ...stack.slice(2),
  ]);
});

#!/usr/bin/env -S node --max-semi-space-size=16
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { currentBundle } from './bundle/current-bundle.js';

// JavaScript: TypeScript that is loaded before there is a cache is stripped of its types at each start, and what does
// that stays with the process (decision 0001).

// Files that pods read are made with the modes they ask for, whatever shell started this.
process.umask(0o022);
const root = join(import.meta.dirname, '..');
// Not Node's own default below /tmp: whoever made that folder first would say what root runs.
enableCompileCache({ directory: join(root, 'node_modules/.cache/tiphys'), portable: true });
const bundle = currentBundle(root);
const { runTiphys } = bundle === undefined ? await import('./cli/tiphys.ts') : await import(join(bundle, 'main.js'));
// What a command waits for need not keep the process alive; the command itself does.
const running = setInterval(() => undefined, 0x7fff_ffff);
process.exitCode = await runTiphys(process.argv);
clearInterval(running);

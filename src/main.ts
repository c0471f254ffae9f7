#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Files that pods read are made with the modes they ask for, whatever shell started this.
process.umask(0o022);
enableCompileCache();
const { run } = await import('./cli/tiphys.ts');
// What a command waits for need not keep the process alive; the command itself does.
const running = setInterval(() => undefined, 0x7fff_ffff);
process.exitCode = await run(process.argv);
clearInterval(running);

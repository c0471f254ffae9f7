#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { run } = await import('./cli/tiphys.ts');
process.exitCode = await run(process.argv);

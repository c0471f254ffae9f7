/**
 * Loaded into a server before anything else (`node --import`): kills it before a chosen step of making a sandbox.
 * Steps are the calls of the addon and of the file system, counted from the start of its shim on. The file
 * $TIPHYS_TEST_KILL_AT holds the number of the step; without it nothing happens. The calls made until then are left in
 * $TIPHYS_TEST_KILL_AT.seen.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { native } from '../../native/index.ts';

const order = process.env['TIPHYS_TEST_KILL_AT'] ?? '';
let killAt = 0;
let step = 0;
const seen: string[] = [];

function before(name: string): void {
  if (step === 0) {
    if (name !== 'spawnShim' || !existsSync(order)) return;
    killAt = Number(readFileSync(order, 'utf8'));
  }
  step += 1;
  seen.push(name);
  if (step !== killAt || !existsSync(order)) return;
  writeFileSync(`${order}.seen`, seen.join(' '));
  process.kill(process.pid, 'SIGKILL');
}

type Callable = (...args: readonly unknown[]) => unknown;

function watchCalls(target: object): void {
  for (const [name, value] of Object.entries(target)) {
    if (typeof value !== 'function' || /^[A-Z]/.test(name)) continue;
    const call = (value as Callable).bind(target);
    Object.assign(target, {
      [name]: (...args: readonly unknown[]): unknown => {
        before(name);
        const result = call(...args);
        if (name === 'openChannel') watchCalls(result as object);
        return result;
      },
    });
  }
}

watchCalls(native());
watchCalls(files);
syncBuiltinESMExports();

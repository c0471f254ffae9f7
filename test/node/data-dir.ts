import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { isAbandoned, ownedName } from './owned-name.ts';

const MAIN = resolve(import.meta.dirname, '../../src/main.js');

const WHAT = 'node';
let swept: Promise<void> | undefined;

/** An empty data directory for a server; the first takes down the servers of tests that were killed. */
export async function newDataDir(): Promise<string> {
  await (swept ??= sweepServers());
  return mkdtemp(join(tmpdir(), `${ownedName(WHAT)}-`));
}

async function sweepServers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!isAbandoned(name, WHAT)) continue;
    const dataDir = join(tmpdir(), name);
    for (const pid of await daemonsOf(dataDir)) endAtOnce(pid);
    await promisify(execFile)(process.execPath, [MAIN, 'killall', '--data-dir', dataDir]);
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function daemonsOf(dataDir: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name));
  const flags = await Promise.all(
    // A process may end while it is looked at.
    pids.map(async pid => (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')),
  );
  return pids.filter((_, at) => flags[at]?.includes(`--data-dir=${dataDir}`)).map(Number);
}

export function endAtOnce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return; // it ended by itself
  }
}

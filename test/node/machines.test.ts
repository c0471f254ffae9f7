import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { newDataDir } from './data-dir.ts';
import { Machines } from './machines.ts';
import { isRunning } from './owned-name.ts';

const MACHINES = resolve(import.meta.dirname, 'machines.ts');

/** Makes machines, starts something on one, says which, and waits to be killed. */
const MAKE = `
  const { Machines } = await import(${JSON.stringify(MACHINES)});
  const machines = new Machines();
  await machines.make();
  const { spawn } = await import('node:child_process');
  const left = spawn('nsenter', ['--net=/run/netns/' + machines.far.netns, 'sleep', '600'], { detached: true });
  console.log(left.pid);
  setInterval(() => {}, 1000);
`;

describe.skipIf(process.getuid?.() !== 0)('what a test that was killed left', () => {
  it('is swept by the next one: machines, what runs on them, folders of servers', async () => {
    const owner = spawn(process.execPath, ['--input-type=module', '-e', MAKE], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = (await once(owner.stdout, 'data')) as [Buffer];
    const folder = join(tmpdir(), `tiphys-node-${owner.pid}-left`);
    await mkdir(folder);
    const gone = once(owner, 'exit');
    owner.kill('SIGKILL');
    await gone;
    const there = async () => (await promisify(execFile)('ip', ['netns', 'list'])).stdout;
    expect(await there()).toContain(`tiphys-far-${owner.pid}`);
    expect(isRunning(Number(said))).toBe(true);

    await using machines = new Machines();
    await machines.make();
    expect(await there()).not.toContain(`-${owner.pid}`);
    expect(await there()).toContain(machines.far.netns);
    await vi.waitFor(() => expect(isRunning(Number(said))).toBe(false), 10_000);
    await rm(await newDataDir(), { recursive: true });
    expect(existsSync(folder)).toBe(false);
  });
});

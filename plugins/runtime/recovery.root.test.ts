import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ContainerConfig, Sandbox } from './contract.ts';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { killAllPods } from './killall.ts';
import type { DaemonOrder, DaemonReport } from './testing/daemon-process.ts';
import { logLines, PURE_V2, TestNode } from './testing/test-node.ts';

const DAEMON = fileURLToPath(new URL('testing/daemon-process.ts', import.meta.url));

describe('after kill -9 of the daemon', () => {
  let node: TestNode;
  beforeEach(async () => {
    node = new TestNode();
    (await node.open()).close();
  });
  afterEach(() => node[Symbol.asyncDispose]());

  /** Starts one pod with these scripts in a daemon of its own and kills that daemon `-9`. */
  const losing = async (
    ...scripts: readonly (string | readonly [string, Partial<ContainerConfig>])[]
  ): Promise<{ readonly id: string; readonly containers: readonly string[] }> => {
    const config = node.sandboxConfig({ labels: { kept: 'yes' } });
    const placeholder: Sandbox = { id: '', config, createdAtMs: 0, netnsPath: '', state: 'ready', containers: [] };
    const containers = scripts.map(each => {
      const [script, overrides] = typeof each === 'string' ? [each, {}] : each;
      return node.containerConfig(placeholder, script, overrides);
    });
    const order: DaemonOrder = { settings: node.settings, sandboxes: [{ config, containers }] };
    const daemon = spawn(process.execPath, [DAEMON, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(daemon.stdout, 'data')) as [Buffer];
    daemon.kill('SIGKILL');
    await once(daemon, 'exit');
    const report = JSON.parse(String(line)) as DaemonReport;
    const [sandbox] = report.sandboxes;
    if (sandbox === undefined) throw new Error('the daemon reported no sandbox');
    return sandbox;
  };

  it('finds the same sandboxes and containers, still running, and can do everything with them', async () => {
    const lost = await losing('i=0; while true; do i=$((i+1)); echo $i; sleep 0.01; done', ['cat', { stdin: true }]);
    const [ticker = '', cat = ''] = lost.containers;
    const runtime = await node.open();
    const [sandbox] = runtime.list();
    expect(sandbox).toMatchObject({ id: lost.id, state: 'ready', config: { labels: { kept: 'yes' } } });
    expect(existsSync(sandbox?.netnsPath ?? '')).toBe(true);
    const before = runtime.container(ticker);
    expect(before).toMatchObject({ state: 'running', exit: null });
    expect(existsSync(`/proc/${before?.pid}`)).toBe(true);

    const session = await runtime.exec(ticker, { args: ['cat', '/proc/1/comm'], tty: false, stdin: false });
    expect(await text(session.stdout)).toBe('sh\n');
    const attached = await runtime.attach(cat);
    attached.stdin?.write('still here\n');
    expect(String(await new Promise(resolve => attached.stdout.once('data', resolve)))).toBe('still here\n');

    await runtime.stopContainer(ticker, { signal: 'SIGKILL', graceMs: 0 });
    const numbers = logLines(runtime.container(ticker)?.logPath ?? '').map(line =>
      Number(line.slice('stdout F '.length)),
    );
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(node.exits.map(each => each.id)).toEqual([ticker]);
  });

  it('tells the exits that happened meanwhile, with their codes', async () => {
    const lost = await losing('sleep 0.3; exit 42', 'sleep 0.3; kill -SEGV $$', 'exec sleep 600');
    await new Promise(resolve => setTimeout(resolve, 600));
    const runtime = await node.open();
    expect(runtime.container(lost.containers[0] ?? '')?.exit).toMatchObject({ exitCode: 42, signal: 0 });
    // The first process of a PID namespace shrugs off signals it sends itself.
    expect(runtime.container(lost.containers[1] ?? '')?.state).toBe('exited');
    expect(runtime.container(lost.containers[2] ?? '')?.state).toBe('running');
    await expect.poll(() => node.exits.map(each => each.id).sort()).toEqual(lost.containers.slice(0, 2).sort());
    await runtime.removeContainer(lost.containers[0] ?? '');
    await runtime.removeSandbox(lost.id);
    expect(runtime.list()).toEqual([]);
  });

  it('reports a pod whose shim died as gone, with nothing of it alive', async () => {
    const lost = await losing('exec sleep 601', 'exit 9');
    const runtime = await node.open();
    const pid = runtime.container(lost.containers[0] ?? '')?.pid;
    await node.exited(lost.containers[1] ?? '');
    runtime.close();
    killShimOf(node, lost.id);
    await expect.poll(() => existsSync(`/proc/${pid}/root`)).toBe(false);
    const again = await node.open();
    expect(again.list()).toMatchObject([{ id: lost.id, state: 'gone' }]);
    expect(again.container(lost.containers[0] ?? '')?.exit).toMatchObject({ exitCode: 255 });
    expect(again.container(lost.containers[1] ?? '')?.exit).toMatchObject({ exitCode: 9 });
    await expect.poll(() => node.gone.map(each => each.id)).toEqual([lost.id]);
    await again.removeSandbox(lost.id);
    expect(again.list()).toEqual([]);
  });

  it('loses only the pod whose description is damaged, and keeps that aside', async () => {
    const damaged = await losing('exec sleep 602');
    const whole = await losing('exec sleep 603');
    const directory = join(node.settings.runDir, 'pods', damaged.id.slice(0, 32));
    writeFileSync(join(directory, 'sandbox.json'), '{"format":1,"sta');
    const runtime = await node.open();
    expect(runtime.list().map(each => each.id)).toEqual([whole.id]);
    expect(runtime.container(whole.containers[0] ?? '')?.state).toBe('running');
    expect(readdirSync(join(node.settings.runDir, 'quarantine'))).toHaveLength(1);
    expect(processesNamed('sleep 602')).toEqual([]);
  });

  it('kills and forgets containers of which it has no description', async () => {
    const lost = await losing('exec sleep 604', 'exec sleep 605');
    const directory = join(node.settings.runDir, 'pods', lost.id.slice(0, 32));
    writeFileSync(join(directory, `${lost.containers[0]}.json`), '');
    const runtime = await node.open();
    expect(runtime.list()[0]?.containers.map(each => each.id)).toEqual([lost.containers[1]]);
    await expect.poll(() => processesNamed('sleep 604')).toEqual([]);
  });

  it('takes pods of an earlier boot for dead', async () => {
    const lost = await losing('exec sleep 606');
    writeFileSync(join(node.settings.runDir, 'boot-id'), 'c0ffee00-0000-4000-8000-000000000000');
    const runtime = await node.open();
    expect(runtime.list()).toMatchObject([
      { id: lost.id, state: 'gone', containers: [{ state: 'exited', exit: { exitCode: 255 } }] },
    ]);
    await expect.poll(() => processesNamed('sleep 606')).toEqual([]);
    await runtime.removeSandbox(lost.id);
  });

  it('leaves nothing after killAllPods: no process, cgroup, socket or layer', async () => {
    await losing('exec sleep 607', 'sleep 608 & exec sleep 607');
    expect(await killAllPods(hostWorld(), node.settings)).toEqual({ pods: 1 });
    expect(processesNamed('sleep 607')).toEqual([]);
    expect(processesNamed('sleep 608')).toEqual([]);
    expect(existsSync(node.settings.runDir)).toBe(false);
    expect(existsSync(join('/sys/fs/cgroup', PURE_V2 ? '' : 'memory', node.settings.cgroupRoot))).toBe(false);
    expect(existsSync(join(node.settings.dataDir, 'agent/runtime/containers'))).toBe(false);
    expect(await killAllPods(hostWorld(), node.settings)).toEqual({ pods: 0 });
  });
});

/** Pids of live processes with this command line. */
function processesNamed(commandLine: string): readonly string[] {
  return readdirSync('/proc').filter(pid => {
    if (!/^\d+$/.test(pid)) return false;
    const read = textOf(`/proc/${pid}/cmdline`);
    return read.replaceAll('\0', ' ').includes(commandLine);
  });
}

function killShimOf(node: TestNode, sandboxId: string): void {
  const [pid] = processesNamed(join(node.settings.runDir, 'pods', sandboxId.slice(0, 32)));
  if (pid === undefined) throw new Error('no shim runs');
  process.kill(Number(pid), 'SIGKILL');
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it ended while we looked
  }
}

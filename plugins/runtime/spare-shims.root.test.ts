import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hostWorld } from '../../src/kernel/host-world.ts';
import { hasUserNamespaces } from './contract.ts';
import { killAllPods } from './killall.ts';
import type { RuntimeService } from './runtime-service.ts';
import type { DaemonOrder } from './testing/daemon-process.ts';
import { TestNode } from './testing/test-node.ts';

const DAEMON = fileURLToPath(new URL('testing/daemon-process.ts', import.meta.url));

describe('shims that stand ready', () => {
  const node = new TestNode({ spareShims: 2 });
  let runtime: RuntimeService;
  beforeAll(async () => {
    runtime = await node.open();
  });
  beforeEach(() => expect.poll(() => spares().length, { timeout: 5000 }).toBe(2));
  afterAll(() => node[Symbol.asyncDispose]());

  const spares = (): readonly string[] => {
    const folder = join(node.settings.runDir, 'spares');
    return existsSync(folder) ? readdirSync(folder) : [];
  };
  const pidOf = (path: string): number => Number(/^\/proc\/(\d+)\//.exec(path)?.[1]);
  const pidsIn = (folder: string): readonly number[] =>
    readdirSync('/proc')
      .filter(pid => /^\d+$/.test(pid) && commandLine(Number(pid)).includes(`${node.settings.runDir}/${folder}/`))
      .map(Number);

  it('become their pod, with its name, host name and cgroup, and are no pods before', async () => {
    expect(runtime.list()).toEqual([]);
    const ready = pidsIn('spares');
    const config = node.sandboxConfig({ podNamespace: 'shop', podName: 'basket', hostname: 'basket-0' });
    const sandbox = await runtime.createSandbox(config);
    const pid = pidOf(sandbox.netnsPath);
    expect(ready).toContain(pid);
    expect(commandLine(pid).replaceAll('\0', ' ').trimEnd()).toMatch(/ shop\/basket$/);
    expect(readlinkSync(sandbox.netnsPath)).not.toBe(readlinkSync('/proc/self/ns/net'));
    const { pid: inside } = await runtime.startContainer(node.containerConfig(sandbox, 'exec sleep 600'));
    expect(readFileSync(`/proc/${inside}/cgroup`, 'utf8')).toContain(config.cgroupPath);
    expect((await node.run(sandbox, 'hostname')).lines).toEqual(['stdout F basket-0']);
  });

  it('are not what pods get that are on the host or have users of their own, and are made anew once it is quiet', async () => {
    const ready = pidsIn('spares');
    const onHost = await runtime.createSandbox(node.sandboxConfig({ hostNetwork: true }));
    expect(readlinkSync(onHost.netnsPath)).toBe(readlinkSync('/proc/self/ns/net'));
    if (hasUserNamespaces(runtime.abilities)) {
      const users = { first: 0x4000_0000, count: 65_536 };
      const apart = await runtime.createSandbox(node.sandboxConfig({ users }));
      expect(ready).not.toContain(pidOf(apart.netnsPath));
      expect((await node.run(apart, 'id -u; ifconfig lo | grep -c UP')).lines).toEqual(['stdout F 0', 'stdout F 1']);
    }
    const pods = await Promise.all([1, 2, 3].map(() => runtime.createSandbox(node.sandboxConfig())));
    expect(ready.filter(pid => pods.some(({ netnsPath }) => pidOf(netnsPath) === pid))).toEqual(ready);
    await expect.poll(() => pidsIn('spares').length, { timeout: 5000 }).toBe(2);
  });

  it('that died are not used', async () => {
    for (const pid of pidsIn('spares')) process.kill(pid, 'SIGKILL');
    await expect.poll(spares).toEqual([]);
    const { lines } = await node.run(await runtime.createSandbox(node.sandboxConfig()), 'echo here');
    expect(lines).toEqual(['stdout F here']);
  });

  it('go without a trace with their daemon, also by kill -9, and by killall, which does not count them', async () => {
    const pods = runtime.list().length;
    runtime.close();
    await expect.poll(() => [...spares(), ...pidsIn('spares')]).toEqual([]);

    const sandboxes = [{ config: node.sandboxConfig(), containers: [] }];
    const order: DaemonOrder = { settings: node.settings, sandboxes };
    const daemon = spawn(process.execPath, [DAEMON, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] });
    await expect.poll(() => pidsIn('spares').length, { timeout: 10_000 }).toBe(2);
    daemon.kill('SIGKILL');
    await once(daemon, 'exit');
    await expect.poll(() => [...spares(), ...pidsIn('spares')]).toEqual([]);

    runtime = await node.open();
    expect(runtime.list().map(({ state }) => state)).toEqual(Array.from({ length: pods + 1 }, () => 'ready'));
    await expect.poll(() => pidsIn('spares').length, { timeout: 5000 }).toBe(2);
    expect(await killAllPods(hostWorld(), node.settings)).toEqual({ pods: pods + 1 });
    await expect.poll(() => [...pidsIn('spares'), ...pidsIn('pods')]).toEqual([]);
    expect(existsSync(node.settings.runDir)).toBe(false);
  });
});

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it ended while we looked
  }
}

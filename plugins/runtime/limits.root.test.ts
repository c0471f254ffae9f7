import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Container, Sandbox } from './contract.ts';
import type { RuntimeService } from './runtime-service.ts';
import { Prober } from './testing/prober.ts';
import { logLines, NO_LIMITS, PURE_V2, TestNode } from './testing/test-node.ts';

const PATIENCE = { timeout: 30_000, interval: 50 };

describe('a container that takes all it can get', () => {
  const node = new TestNode();
  let runtime: RuntimeService;
  let sandbox: Sandbox;
  beforeAll(async () => {
    runtime = await node.open();
    await Prober.install(node);
    sandbox = await runtime.createSandbox(node.sandboxConfig({ resources: { ...NO_LIMITS, pids: 100 } }));
  });
  afterAll(() => node[Symbol.asyncDispose]());

  const start = (args: readonly string[], overrides = {}): Promise<Container> =>
    runtime.startContainer(node.containerConfig(sandbox, '', { args: ['probe', ...args], ...overrides }));
  const kill = async (container: Container): Promise<number> => {
    const beganMs = performance.now();
    await runtime.stopContainer(container.id, { signal: 'SIGKILL', graceMs: 0 });
    return performance.now() - beganMs;
  };
  const answer = async (container: Container, ...args: readonly string[]): Promise<string> => {
    const session = await runtime.exec(container.id, { args, tty: false, stdin: false });
    const [said] = await Promise.all([text(session.stdout), session.exit]);
    return said.trim();
  };

  it('of processes stays within its limit, leaves the neighbours theirs, and dies at once', async () => {
    const own = { ...NO_LIMITS, pids: 60 };
    const neighbour = await runtime.startContainer(node.containerConfig(sandbox, 'exec sleep 800'));
    const bomb = await start(['bomb'], { resources: own });
    await expect.poll(async () => (await runtime.stats(bomb.id)).pids, PATIENCE).toBe(60);
    expect(await answer(neighbour, 'echo', 'here')).toBe('here');
    const other = await runtime.createSandbox(node.sandboxConfig());
    expect((await node.run(other, 'echo elsewhere')).lines).toEqual(['stdout F elsewhere']);
    expect((await runtime.sandboxStats(sandbox.id)).pids).toBeLessThanOrEqual(100);
    expect(await kill(bomb)).toBeLessThan(10_000);
    await expect.poll(async () => (await runtime.stats(bomb.id)).pids, PATIENCE).toBe(0);
    expect(runtime.container(bomb.id)?.exit).toMatchObject({ exitCode: 137, oomKilled: false });
    await kill(neighbour);
  });

  it('of memory and processor is held to the limits it is given while it runs', async () => {
    const pod = await runtime.createSandbox(node.sandboxConfig({ resources: { ...NO_LIMITS, memoryBytes: 1 << 26 } }));
    const config = node.containerConfig(pod, 'exec sleep 801', { resources: { ...NO_LIMITS, memoryBytes: 1 << 25 } });
    const { id } = await runtime.startContainer(config);
    const read = async (v1: string, v2: string): Promise<string> => {
      const session = await runtime.exec(id, {
        args: ['cat', PURE_V2 ? v2 : v1].map(each => (each === 'cat' ? each : `/sys/fs/cgroup/${each}`)),
        tty: false,
        stdin: false,
      });
      const [said] = await Promise.all([text(session.stdout), session.exit]);
      return said.trim();
    };
    expect(await read('memory/memory.limit_in_bytes', 'memory.max')).toBe(String(1 << 25));
    await runtime.updateSandbox(pod.id, { ...NO_LIMITS, memoryBytes: 1 << 27 });
    await runtime.updateContainer(id, { ...NO_LIMITS, memoryBytes: 1 << 26, cpuQuotaUs: 20_000, cpuPeriodUs: 100_000 });
    expect(await read('memory/memory.limit_in_bytes', 'memory.max')).toBe(String(1 << 26));
    expect(await read('cpu/cpu.cfs_quota_us', 'cpu.max')).toBe(PURE_V2 ? '20000 100000' : '20000');
    const refused = runtime.updateContainer(id, { ...NO_LIMITS, cpuQuotaUs: 1 });
    await expect(refused).rejects.toMatchObject({ code: 'LimitRefused' });
    await runtime.removeSandbox(pod.id);
    await expect(runtime.updateSandbox(pod.id, NO_LIMITS)).rejects.toMatchObject({ code: 'SandboxGone' });
  });

  it('of processes is held by its pod’s limit too, and goes with its pod', async () => {
    const pod = await runtime.createSandbox(node.sandboxConfig({ resources: { ...NO_LIMITS, pids: 40 } }));
    const config = node.containerConfig(pod, '', { args: ['probe', 'bomb'] });
    const bomb = await runtime.startContainer(config);
    await expect.poll(async () => (await runtime.sandboxStats(pod.id)).pids, PATIENCE).toBe(40);
    const beganMs = performance.now();
    await runtime.removeSandbox(pod.id);
    expect(performance.now() - beganMs).toBeLessThan(10_000);
    expect(existsSync(`/proc/${bomb.pid}`)).toBe(false);
  });

  it('of processor time is throttled', async () => {
    const resources = { ...NO_LIMITS, cpuQuotaUs: 10_000, cpuPeriodUs: 100_000 };
    const config = node.containerConfig(sandbox, 'while :; do :; done', { resources });
    const busy = await runtime.startContainer(config);
    const file = `/sys/fs/cgroup/${PURE_V2 ? '' : 'cpu/'}cpu.stat`;
    const throttled = async (): Promise<number> =>
      Number(/^nr_throttled (\d+)$/m.exec(await answer(busy, 'cat', file))?.[1] ?? 0);
    await expect.poll(throttled, PATIENCE).toBeGreaterThan(3);
    const { startedAtMs } = busy;
    const { cpuUsageNanoCoreSeconds, atMs } = await runtime.stats(busy.id);
    // A tenth of one processor is what it may have.
    expect(cpuUsageNanoCoreSeconds / 1e6).toBeLessThan((atMs - startedAtMs) * 0.5);
    await kill(busy);
  });

  it('of its log has it rotated within its room, while its neighbour’s lines come through', async () => {
    const logs = { logMaxBytes: 1024 * 1024, logMaxFiles: 3 };
    const flood = await start(['flood'], logs);
    const rotated = (): boolean => existsSync(`${flood.logPath}.2`);
    await expect.poll(rotated, PATIENCE).toBe(true);
    const { lines } = await node.run(sandbox, 'echo through');
    expect(lines).toEqual(['stdout F through']);
    const other = await runtime.createSandbox(node.sandboxConfig());
    expect((await node.run(other, 'echo elsewhere')).lines).toEqual(['stdout F elsewhere']);
    expect(existsSync(`${flood.logPath}.3`)).toBe(false);
    await kill(flood);
    const sizes = ['', '.1', '.2'].map(suffix => readFileSync(flood.logPath + suffix).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(logs.logMaxBytes);
  });

  it('of its log, attached to by a reader that does not read, waits, and only it', async () => {
    const flood = await start(['flood'], { logMaxBytes: 1024 * 1024, logMaxFiles: 2 });
    const session = await runtime.attach(flood.id);
    const size = (): number => readFileSync(flood.logPath).length;
    // It stands still once its log has not grown between two looks.
    let last = -1;
    await expect.poll(() => [last === size(), (last = size())][0], { timeout: 30_000, interval: 300 }).toBe(true);
    const { lines } = await node.run(sandbox, 'echo through');
    expect(lines).toEqual(['stdout F through']);
    session.stdout.destroy();
    await expect.poll(() => size() !== last, PATIENCE).toBe(true);
    await kill(flood);
  });

  it('of memory ends as told, and its pod’s shim does not', async () => {
    const pod = await runtime.createSandbox(node.sandboxConfig({ resources: { ...NO_LIMITS, memoryBytes: 48 << 20 } }));
    const calm = await runtime.startContainer(node.containerConfig(pod, 'exec sleep 801'));
    const hog = await node.run(pod, 'head -c 200m /dev/zero | tail', {
      resources: { ...NO_LIMITS, memoryBytes: 24 << 20 },
    });
    expect(hog.container.exit).toMatchObject({ oomKilled: true });
    expect(runtime.container(calm.id)).toMatchObject({ state: 'running' });
    expect(runtime.list().find(({ id }) => id === pod.id)?.state).toBe('ready');
    expect(logLines(join(calm.logPath))).toEqual([]);
  });
});

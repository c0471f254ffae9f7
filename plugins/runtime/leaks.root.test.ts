import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RuntimeService } from './runtime-service.ts';
import { NO_LIMITS, PURE_V2, TestNode } from './testing/test-node.ts';

describe('a pod that was removed', () => {
  const node = new TestNode();
  let runtime: RuntimeService;
  beforeAll(async () => {
    runtime = await node.open();
  });
  afterAll(() => node[Symbol.asyncDispose]());

  /** One pod with all that can go right and wrong in it. */
  const live = async (): Promise<void> => {
    const sandbox = await runtime.createSandbox(node.sandboxConfig({ resources: { ...NO_LIMITS, pids: 50 } }));
    const container = await runtime.startContainer(
      node.containerConfig(sandbox, 'sleep 700 & exec sleep 700', { tty: true, stdin: true }),
    );
    const session = await runtime.exec(container.id, { args: ['sleep', '700'], tty: true, stdin: true });
    const attached = await runtime.attach(container.id);
    await node.run(sandbox, 'exit 1');
    await expect(runtime.startContainer(node.containerConfig(sandbox, '', { args: ['/nope'] }))).rejects.toThrow();
    await expect(runtime.startContainer(node.containerConfig(sandbox, '', { lowerDirs: ['/nope'] }))).rejects.toThrow();
    await expect(runtime.exec(container.id, { args: ['/nope'], tty: true, stdin: false })).rejects.toThrow();
    await runtime.removeSandbox(sandbox.id);
    for (const stream of [session.stdout, attached.stdout]) stream.resume();
    await Promise.all([finished(session.stdout, { writable: false }), finished(attached.stdout, { writable: false })]);
    session.stdin?.destroy();
    attached.stdin?.destroy();
    await expect(runtime.createSandbox(node.sandboxConfig({ sysctls: { 'net.nope': '1' } }))).rejects.toThrow();
  };

  it('leaves no process, descriptor, mount, cgroup or file behind', async () => {
    await live(); // the first one makes what stays: folders, the loop's own descriptors
    const before = footprint(node);
    for (let pod = 0; pod < 5; pod++) await live();
    await expect.poll(() => footprint(node), { timeout: 5000 }).toEqual(before);
    expect(before).toMatchObject({ processes: [], cgroups: [], layers: [], sandboxes: [] });
  });

  it('takes its containers along when its shim is killed, and is told of', async () => {
    const sandbox = await runtime.createSandbox(node.sandboxConfig());
    const container = await runtime.startContainer(node.containerConfig(sandbox, 'sleep 701 & exec sleep 701'));
    const [shim] = processesWith(join(node.settings.runDir, 'pods', sandbox.id.slice(0, 32)));
    process.kill(Number(shim), 'SIGKILL');
    await expect.poll(() => node.gone.map(each => each.id)).toContain(sandbox.id);
    expect(runtime.container(container.id)?.exit).toMatchObject({ exitCode: 255 });
    await expect.poll(() => existsSync(`/proc/${container.pid}/root/bin`)).toBe(false);
    await expect(runtime.startContainer(node.containerConfig(sandbox, 'true'))).rejects.toMatchObject({
      code: 'SandboxGone',
    });
    await runtime.removeSandbox(sandbox.id);
    await expect.poll(() => footprint(node).cgroups).toEqual([]);
  });
});

function footprint(node: TestNode): Record<string, unknown> {
  return {
    processes: processesWith(node.settings.runDir),
    descriptors: readdirSync('/proc/self/fd').length,
    mounts: readFileSync('/proc/self/mountinfo', 'utf8').split('\n').length,
    cgroups: hierarchies().flatMap(hierarchy =>
      readdirSync(join(hierarchy, node.settings.cgroupRoot, 'besteffort'), { withFileTypes: true })
        .filter(entry => entry.isDirectory())
        .map(entry => entry.name),
    ),
    layers: readdirSync(join(node.settings.dataDir, 'agent/runtime/containers')),
    sandboxes: readdirSync(join(node.settings.runDir, 'pods')),
  };
}

/** One that limits; on a hybrid machine also the one that processes are born into. */
const hierarchies = (): readonly string[] =>
  PURE_V2 ? ['/sys/fs/cgroup'] : ['/sys/fs/cgroup/memory', '/sys/fs/cgroup/unified'].filter(path => existsSync(path));

function processesWith(argument: string): readonly string[] {
  return readdirSync('/proc').filter(
    pid => /^\d+$/.test(pid) && attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).includes(argument),
  );
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return ''; // it ended while we looked
  }
}

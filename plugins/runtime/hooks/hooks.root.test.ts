import { chmodSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ContainerHook, HookMoment, Sandbox } from '../contract.ts';
import type { RuntimeService } from '../runtime-service.ts';
import { TestNode } from '../testing/test-node.ts';

describe('hooks of a container', () => {
  const node = new TestNode();
  let runtime: RuntimeService;
  let sandbox: Sandbox;
  let folder: string;
  beforeAll(async () => {
    runtime = await node.open();
    sandbox = await runtime.createSandbox(node.sandboxConfig({ hostname: 'hooked' }));
    folder = mkdtempSync(join(tmpdir(), 'tiphys-hooks-'));
    // Writes what it sees: its moment, its arguments, its environment, its namespaces, and what it reads.
    writeFileSync(
      join(folder, 'hook'),
      `#!/bin/sh
state=$(cat)
echo "$MOMENT $1 [$HOME] $(readlink /proc/self/ns/mnt) $(readlink /proc/self/ns/net) $(hostname) $state" >> ${folder}/log
[ "$MOMENT" != "$FAILS" ] || exit 3
`,
    );
    chmodSync(join(folder, 'hook'), 0o755);
  });
  afterAll(async () => {
    await node[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => writeFileSync(join(folder, 'log'), ''));

  const hook = (moment: HookMoment, fails = '', more: Partial<ContainerHook> = {}): ContainerHook => ({
    moment,
    path: join(folder, 'hook'),
    args: ['hook', 'asked'],
    env: ['PATH=/usr/bin:/bin', `MOMENT=${moment}`, `FAILS=${fails}`],
    timeoutMs: undefined,
    ...more,
  });
  const lines = () => readFileSync(join(folder, 'log'), 'utf8').trimEnd().split('\n');
  const moments = () => lines().map(line => line.split(' ', 1)[0]);
  const stateIn = (line: string | undefined) =>
    JSON.parse(line?.slice(line.indexOf('{')) ?? '') as { status: string; pid: number; bundle: string; id: string };
  const start = (hooks: readonly ContainerHook[]) => node.run(sandbox, 'exec sleep 0.1', { hooks });

  it('run at their moments, those of the runtime beside the programs of the node, others where the container is', async () => {
    const outside = ['prestart', 'createRuntime'] as const;
    const { container } = await start(
      [...outside, 'createContainer', 'poststart', 'poststop'].map(moment => hook(moment as HookMoment)),
    );
    await runtime.removeContainer(container.id);
    expect(moments()).toEqual(['prestart', 'createRuntime', 'createContainer', 'poststart', 'poststop']);
    const all = lines();
    const seen = (kind: string) => all.map(line => new RegExp(`${kind}:\\[\\d+\\]`).exec(line)?.[0]);
    const mine = (kind: 'mnt' | 'net') => readlinkSync(`/proc/self/ns/${kind}`);
    expect(seen('mnt').map(each => each === mine('mnt'))).toEqual([true, true, false, true, true]);
    expect(seen('net').map(each => each === mine('net'))).toEqual([true, true, false, true, true]);
    expect(all.map(line => stateIn(line).status)).toEqual(['creating', 'creating', 'creating', 'running', 'stopped']);
    expect(new Set(all.map(line => stateIn(line).id))).toEqual(new Set([container.id]));
    expect(stateIn(all[3]).pid).toBeGreaterThan(1);
    expect(stateIn(all[0]).pid).toBe(stateIn(all[3]).pid);
    // No variables but its own.
    expect(all.every(line => line.includes(' asked [] '))).toBe(true);
  });

  it('find the container’s root by its bundle before it starts', async () => {
    const path = '/bin/sh';
    const value = (name: string) => `sed 's/.*"${name}":"\\([^"]*\\)".*/\\1/'`;
    const script = `set -e; bundle=$(${value('bundle')}); root=$(${value('path')} $bundle/config.json); echo made > "$root/made"`;
    const asked = { path, args: ['sh', '-c', script] };
    const { lines: written } = await node.run(sandbox, 'cat /made', { hooks: [hook('createContainer', '', asked)] });
    expect(written).toEqual(['stdout F made']);
  });

  it('run in the container as its user in the last moment', async () => {
    const asked = {
      path: '/bin/sh',
      args: ['sh', '-c', 'id -u > /dev/shm/who; cat >> /dev/shm/who'],
      env: ['PATH=/bin'],
    };
    const { lines: written } = await node.run(sandbox, 'cat /dev/shm/who', {
      user: { uid: 1000, gid: 1000, supplementalGroups: [] },
      hooks: [hook('startContainer', '', asked)],
    });
    expect(written.join('\n')).toMatch(/stdout F 1000\n.*"status":"created","pid":1,/);
  });

  it.each<[HookMoment, string]>([
    ['createRuntime', 'error running createRuntime hook #0: exit status 3'],
    ['createContainer', 'error during container init: error running createContainer hook #0: exit status 3'],
    ['poststart', 'error running poststart hook #0: exit status 3'],
  ])('that fail keep it from its start: %s', async (moment, why) => {
    const failed = start([hook('prestart'), hook(moment, moment), hook('poststop')]);
    await expect(failed).rejects.toThrow(`unable to start container process: ${why}`);
    // What was started has ended.
    expect(moments()).toEqual(['prestart', moment, ...(moment === 'poststart' ? ['poststop'] : [])]);
  });

  it('that take too long, or are not there, have failed', async () => {
    const slow = { path: '/bin/sleep', args: ['sleep', '60'], timeoutMs: 100 };
    await expect(start([hook('createContainer', '', slow)])).rejects.toThrow(
      'createContainer hook #0: hook ran past specified timeout',
    );
    await expect(start([hook('poststart', '', slow)])).rejects.toThrow(
      'poststart hook #0: hook ran past specified timeout of 0.1s',
    );
    const missing = { path: '/none', args: ['none'] };
    await expect(start([hook('createRuntime', '', missing)])).rejects.toThrow('createRuntime hook #0: exit status 127');
    await expect(start([hook('poststart', '', missing)])).rejects.toThrow('fork/exec /none: it cannot be run');
  });

  it('that fail after its end keep nothing', async () => {
    const { container } = await start([hook('poststop', 'poststop'), hook('poststop')]);
    await runtime.removeContainer(container.id);
    expect(moments()).toEqual(['poststop', 'poststop']);
  });
});

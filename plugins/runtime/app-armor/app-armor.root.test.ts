import { existsSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_CAPABILITIES } from '../../../src/base/linux-capabilities.ts';
import type { ContainerConfig, Sandbox } from '../contract.ts';
import type { RuntimeService } from '../runtime-service.ts';
import { TestNode } from '../testing/test-node.ts';

const ENABLED = '/sys/module/apparmor/parameters/enabled';
const CAN = existsSync(ENABLED) && readFileSync(ENABLED, 'utf8').startsWith('Y') && existsSync('/sbin/apparmor_parser');

describe.skipIf(!CAN)('profiles of AppArmor', () => {
  const node = new TestNode();
  let runtime: RuntimeService;
  let sandbox: Sandbox;
  beforeAll(async () => {
    runtime = await node.open();
    sandbox = await runtime.createSandbox(node.sandboxConfig());
  });
  afterAll(() => node[Symbol.asyncDispose]());
  const output = async (script: string, overrides: Partial<ContainerConfig>): Promise<readonly string[]> => {
    const { lines } = await node.run(sandbox, script, overrides);
    return lines.map(line => line.replace(/^std(out|err) F /, ''));
  };
  const WHICH = 'cat /proc/self/attr/apparmor/current';
  const capable = { capabilities: ALL_CAPABILITIES, seccomp: 'Unconfined' } as const;

  it('hold a container to the default one, with whatever rights, and what is run in it later', async () => {
    const appArmor = 'RuntimeDefault';
    for (const noNewPrivileges of [false, true]) {
      expect(await output(WHICH, { appArmor, noNewPrivileges })).toEqual(['tiphys-default (enforce)']);
    }
    const script = 'mount -t tmpfs x /tmp && echo mounted; echo 0 > /proc/sys/kernel/panic && echo written; true';
    const open = { ...capable, readonlyPaths: [] };
    expect(await output(script, { ...open, appArmor })).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(mounted|written)$/)]),
    );
    expect(await output(script, open)).toContain('mounted');
    const config = node.containerConfig(sandbox, 'trap "exit 3" TERM; sleep 60 & wait', { appArmor });
    const { id } = await runtime.startContainer(config);
    const session = await runtime.exec(id, { args: ['sh', '-c', WHICH], tty: true, stdin: false });
    expect((await text(session.stdout)).trim()).toBe('tiphys-default (enforce)');
    await runtime.stopContainer(id, { signal: 'SIGTERM', graceMs: 30_000 });
    expect(runtime.container(id)?.exit).toMatchObject({ exitCode: 3 });
  });

  it('are those of the node by name, none where none is asked for, and an error where there is no such one', async () => {
    expect(await output(WHICH, { appArmor: { profile: 'tiphys-default' } })).toEqual(['tiphys-default (enforce)']);
    expect(await output(WHICH, {})).toEqual(['unconfined']);
    const config = node.containerConfig(sandbox, 'true', { appArmor: { profile: 'nowhere' } });
    await expect(runtime.startContainer(config)).rejects.toMatchObject({
      code: 'ContainerCannotRun',
      message:
        'unable to start container process: apparmor failed to apply profile: ' +
        'write /proc/thread-self/attr/apparmor/exec: no such file or directory',
    });
  });
});

import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mount, Sandbox } from './contract.ts';
import { TestNode } from './testing/test-node.ts';

describe('what is mounted below a folder that the host shares', () => {
  const node = new TestNode();
  const shared = join(node.base, 'shared');
  const pods = join(shared, 'pods');
  let sandbox: Sandbox;
  beforeAll(async () => {
    const runtime = await node.open();
    // The pod is there before the mount is: nothing of the host's namespace may have to come to it by propagation.
    sandbox = await runtime.createSandbox(node.sandboxConfig());
    mkdirSync(pods, { recursive: true });
    execFileSync('mount', ['--bind', shared, shared]);
    execFileSync('mount', ['--make-shared', shared]);
  });
  afterAll(async () => {
    execFileSync('umount', ['--lazy', '--recursive', shared]);
    await node[Symbol.asyncDispose]();
  });

  const seen = (source: string, propagation: Mount['propagation']): Mount => ({
    source,
    target: source,
    readOnly: false,
    propagation,
  });
  const driver = (script: string, propagation: Mount['propagation'] = 'rshared') =>
    node.run(sandbox, script, { privileged: true, mounts: [seen(pods, propagation)] });
  const mountWith = (text: string, folder: string): string =>
    `mkdir ${folder} && mount -t tmpfs -o size=1m none ${folder} && echo ${text} > ${folder}/file`;

  it('by a container that shares it is seen by the host and other containers, until it unmounts it', async () => {
    const folder = join(pods, 'a');
    expect((await driver(mountWith('here', folder))).container.exit?.exitCode).toBe(0);
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('here\n');
    const user = await node.run(sandbox, `cat ${folder}/file`, { mounts: [seen(folder, 'private')] });
    expect(user.lines).toEqual(['stdout F here']);
    expect((await driver(`umount ${folder}`)).container.exit?.exitCode).toBe(0);
    expect(existsSync(join(folder, 'file'))).toBe(false);
  });

  it('by the host comes to a container that follows it, and does so while it runs', async () => {
    const folder = join(pods, 'b');
    const script = `echo ready > ${pods}/ready; until [ -f ${folder}/file ]; do sleep 0.05; done; cat ${folder}/file`;
    const following = driver(script, 'rslave');
    await promisify(execFile)('sh', [
      '-c',
      `until [ -f ${pods}/ready ]; do sleep 0.05; done; ${mountWith('there', folder)}`,
    ]);
    expect((await following).lines).toEqual(['stdout F there']);
  });

  it('by a container that does not share it stays its own', async () => {
    const folder = join(pods, 'c');
    for (const propagation of ['private', 'rslave'] as const) {
      const { container } = await driver(`rm -rf ${folder}; ${mountWith('mine', folder)}`, propagation);
      expect(container.exit?.exitCode).toBe(0);
      expect(existsSync(join(folder, 'file'))).toBe(false);
    }
  });
});

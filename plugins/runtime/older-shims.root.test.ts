import { statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildOlderShim, leaveSandbox } from './testing/older-shim.ts';
import { TestNode } from './testing/test-node.ts';

const BEFORE_HELLO = { step: 'OP_POD_PIDS', request: 'REQUEST_ATTACH' };
/** It can set up a sandbox, but knows no step of a container's. */
const TOO_OLD = { step: 'OP_POD_SHM', request: 'REQUEST_HELLO' };

describe('the shim of an earlier release', () => {
  let node: TestNode;
  beforeEach(async () => {
    node = new TestNode();
    (await node.open()).close();
  });
  afterEach(() => node[Symbol.asyncDispose]());

  it('that was not asked yet what it knows runs containers, files before them included, and execs', async () => {
    const id = await leaveSandbox(await buildOlderShim(BEFORE_HELLO), node.settings, node.sandboxConfig());
    const runtime = await node.open();
    const [sandbox] = runtime.list();
    expect(sandbox).toMatchObject({ id, state: 'ready' });
    if (sandbox === undefined) return;
    const source = join(node.base, 'message/file');
    const mounts = [{ source, target: '/message', readOnly: false, propagation: 'private', makeMode: 0o666 }] as const;
    const config = node.containerConfig(sandbox, 'echo told > /message; exec sleep 60', { mounts });
    const started = await runtime.startContainer(config);
    expect(statSync(source).mode & 0o777).toBe(0o666);
    const said = async (): Promise<string> =>
      text((await runtime.exec(started.id, { args: ['cat', '/message'], tty: false, stdin: false })).stdout);
    await expect.poll(said).toBe('told\n');
    runtime.close();
    const later = await node.open();
    expect(later.container(started.id), 'its description was written').toMatchObject({ state: 'running' });
  });

  it('that cannot start a container keeps its pod until one has to start, and says so then', async () => {
    const config = node.sandboxConfig();
    const id = await leaveSandbox(await buildOlderShim(TOO_OLD), node.settings, config);
    const runtime = await node.open();
    const [sandbox] = runtime.list();
    expect(sandbox).toMatchObject({ id, state: 'ready' });
    if (sandbox === undefined) return;
    await expect(runtime.startContainer(node.containerConfig(sandbox, 'true'))).rejects.toMatchObject({
      code: 'SandboxGone',
      message: 'the sandbox was made by an earlier release that cannot start this container',
    });
    await expect.poll(() => node.gone.map(gone => gone.id)).toEqual([id]);
    await runtime.removeSandbox(id);
    const { lines } = await node.run(await runtime.createSandbox(config), 'echo anew');
    expect(lines).toEqual(['stdout F anew']);
  });
});

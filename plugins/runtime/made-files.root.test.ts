import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from './contract.ts';
import { TestNode } from './testing/test-node.ts';

describe('a container', () => {
  const node = new TestNode();
  let sandbox: Sandbox;
  beforeAll(async () => {
    const runtime = await node.open();
    sandbox = await runtime.createSandbox(node.sandboxConfig());
  });
  afterAll(() => node[Symbol.asyncDispose]());

  it('gets files that are made for it, folders included, and empty ones each time', async () => {
    const source = join(node.base, 'made/for/it');
    const mount = { source, target: '/said', readOnly: false, propagation: 'private', makeMode: 0o666 } as const;
    const logPath = join(node.base, 'logs/of a/pod/0.log');
    const script = 'cat /said; echo word > /said';
    for (let attempt = 0; attempt < 2; attempt++) {
      const { lines } = await node.run(sandbox, script, { mounts: [mount], logPath: `${logPath}.${attempt}` });
      expect(lines).toEqual([]);
      expect(readFileSync(source, 'utf8')).toBe('word\n');
    }
    expect(statSync(source).mode & 0o777).toBe(0o666);
    for (const folder of [source, logPath]) expect(statSync(dirname(folder)).mode & 0o777).toBe(0o755);
    const blocked = { ...mount, source: join(source, 'file in a file') };
    await expect(node.run(sandbox, 'true', { mounts: [blocked] })).rejects.toMatchObject({
      code: 'ContainerCannotRun',
      message: expect.stringMatching(/file .*file in a file/),
    });
  });
});

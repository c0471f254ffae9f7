import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from './contract.ts';
import type { RuntimeService } from './runtime-service.ts';
import { TestNode } from './testing/test-node.ts';

describe('a container', () => {
  const node = new TestNode();
  let runtime: RuntimeService;
  let sandbox: Sandbox;
  beforeAll(async () => {
    runtime = await node.open();
    sandbox = await runtime.createSandbox(node.sandboxConfig({ hostname: 'web-0' }));
  });
  afterAll(() => node[Symbol.asyncDispose]());

  it('runs, logs both streams and tells its exit code', async () => {
    const { container, lines } = await node.run(sandbox, 'echo out; echo err >&2; exit 7');
    expect(container.exit).toMatchObject({ exitCode: 7, signal: 0, oomKilled: false });
    expect([...lines].sort()).toEqual(['stderr F err', 'stdout F out']);
    expect(node.exits.map(each => each.id)).toContain(container.id);
  });
});

import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { TestNode } from './testing/test-node.ts';

it('sees the processes of a container it was started beside, and ends with that one', async () => {
  await using node = new TestNode();
  const runtime = await node.open();
  const sandbox = await runtime.createSandbox(node.sandboxConfig());
  const target = await runtime.startContainer(node.containerConfig(sandbox, 'exec sleep 63'));
  const beside = { processesOf: target.id };
  const { lines } = await node.run(sandbox, 'cat /proc/1/cmdline | tr "\\0" " "; echo; kill -0 1 && echo seen', beside);
  expect(lines).toEqual(['stdout F sleep 63 ', 'stdout F seen']);
  const debugging = await runtime.startContainer(node.containerConfig(sandbox, 'exec sleep 64', beside));
  const session = await runtime.exec(debugging.id, { args: ['ps'], tty: false, stdin: false });
  const [listed] = await Promise.all([text(session.stdout), session.exit]);
  expect(listed).toMatch(/sleep 63\n(.|\n)*sleep 64\n/);
  await runtime.stopContainer(target.id, { signal: 'SIGKILL', graceMs: 0 });
  await expect.poll(() => runtime.container(debugging.id)?.state).toBe('exited');
  const gone = node.run(sandbox, 'true', beside);
  await expect(gone).rejects.toMatchObject({ code: 'ContainerCannotRun', message: /no such process/i });
});

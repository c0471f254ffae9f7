import type { AttachSession } from './contract.ts';
import { must } from '../../src/base/must.ts';
import type { LiveContainer } from './live-container.ts';
import { readableStream, writableStream } from './descriptor-streams.ts';
import type { PodSandbox } from './pod-sandbox.ts';
import { REQUEST } from './protocol.ts';
import { terminalSizes } from './terminal-sizes.ts';

/** Joins a running container's own streams, from now on. Whoever reads slowly slows the container. */
export async function attachToContainer(sandbox: PodSandbox, container: LiveContainer): Promise<AttachSession> {
  container.requireRunning();
  const client = sandbox.client;
  const { body, fds } = await client.request(REQUEST.attach, Buffer.from(container.id));
  const hasInput = body.readUInt32LE(0) === 1;
  const hasError = body.readUInt32LE(4) === 1;
  return {
    stdin: hasInput ? writableStream(must(fds[hasError ? 2 : 1], 'input comes last')) : null,
    stdout: readableStream(must(fds[0], 'output comes first')),
    stderr: hasError ? readableStream(must(fds[1], 'then errors')) : null,
    resize: terminalSizes(client, container.id, 0),
  };
}

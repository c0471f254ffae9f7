import type { Container, Sandbox } from '../contract.ts';
import type { RuntimeService } from '../runtime-service.ts';
import { logLines, type TestNode } from './test-node.ts';

const DEADLINE_MS = 60_000;

/**
 * Runs programs in a container that looks into each before it is exec'ed; what it could open, `secret` of the host
 * through such a process included.
 */
export async function hunted(
  { node, runtime, secret }: { readonly node: TestNode; readonly runtime: RuntimeService; readonly secret: string },
  where: Sandbox,
  capabilities: readonly string[],
): Promise<readonly string[]> {
  const args = ['probe', 'hunt', secret];
  const hunter = await runtime.startContainer(node.containerConfig(where, '', { args, capabilities }));
  const other = await runtime.startContainer(node.containerConfig(where, 'exec sleep 900'));
  const seen = (): readonly string[] => logLines(hunter.logPath).filter(line => line.includes('looked into'));
  const deadline = performance.now() + DEADLINE_MS;
  while (seen().length < 3 && performance.now() < deadline) {
    const session = await runtime.exec(hunter.id, { args: ['true'], tty: false, stdin: false });
    session.stdout.resume();
    session.stderr?.resume();
    await session.exit;
    if (where.config.shareProcessNamespace) await node.run(where, 'true');
  }
  const ends = ({ id }: Container): Promise<void> => runtime.stopContainer(id, { signal: 'SIGKILL', graceMs: 0 });
  await Promise.all([ends(hunter), ends(other)]);
  return [...new Set(seen().map(line => line.replace(/.*shim: /, '')))];
}

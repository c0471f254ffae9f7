import type { Client } from '../../../src/api/client.ts';
import { RuntimeClass } from '../../kinds/node/v1/runtime-class.ts';
import type { Pod } from '../pod.ts';

/** What others call containers as they are here: of the node's own kernel. */
const HANDLERS: ReadonlySet<string> = new Set(['tiphys', 'runc', 'crun']);

/**
 * Rejects where a pod asks for a runtime that this node does not have: it must not run in plain containers when it was
 * meant for a sandbox.
 */
export async function checkRuntimeHandler(client: Client, { spec }: Pick<Pod, 'spec'>): Promise<void> {
  const { runtimeClassName: name } = spec;
  if (name === undefined) return;
  const { handler } = await client.get(RuntimeClass, { name });
  if (HANDLERS.has(handler)) return;
  throw new Error(`failed to get sandbox runtime: no runtime for ${JSON.stringify(handler)} is configured`);
}

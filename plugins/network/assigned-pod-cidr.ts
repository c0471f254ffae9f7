import type { Client } from '../../src/api/client.ts';
import { isStatusError } from '../../src/api/status-error.ts';
import { backoffMs } from '../../src/base/backoff.ts';
import type { World } from '../../src/base/world.ts';
import type { Logger } from '../../src/kernel/logger.ts';
import { Node } from '../kinds/core/v1/node.ts';

export interface AssignedPodCidrOptions {
  readonly client: Client;
  /** Of this node. */
  readonly name: string;
  /** What this node had when it ran before; its pods may still have addresses of it. */
  readonly earlier: string | undefined;
  readonly world: Pick<World, 'timers'>;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/**
 * `spec.podCIDR` of this node, which is registered for it where it is not yet. While the server is away a node that ran
 * before goes on with what it had.
 */
export async function assignedPodCidr(options: AssignedPodCidrOptions): Promise<string> {
  const { client, name, earlier, world, log, signal } = options;
  for (let failures = 1; ; failures++) {
    try {
      const node = await registered(client, name);
      return podCidrOf(node) ?? (await assigned(client, node, signal));
    } catch (error) {
      if (earlier !== undefined && isStatusError(error, 'ServiceUnavailable')) return earlier;
      log.warn('it is not known yet which addresses the pods of this node have', { error });
    }
    await world.timers.sleep(backoffMs(failures, RETRY), signal);
  }
}

const podCidrOf = ({ spec }: Node): string | undefined => (spec.podCIDR === '' ? undefined : spec.podCIDR);

const RETRY = { baseMs: 500, capMs: 10_000 };

/** Nobody binds pods to a node that reports no room for them. */
async function registered(client: Client, name: string): Promise<Node> {
  try {
    return await client.get(Node, { name });
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
    const annotations = { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' };
    return client.create(Node, { metadata: { name, annotations } });
  }
}

async function assigned(client: Client, { metadata }: Node, signal: AbortSignal): Promise<string> {
  const { name, resourceVersion } = metadata;
  const events = client.watch(Node, { fieldSelector: `metadata.name=${name}`, resourceVersion, signal });
  for await (const event of events) {
    if (event.type === 'BOOKMARK' || event.type === 'DELETED') continue;
    const podCidr = podCidrOf(event.object);
    if (podCidr !== undefined) return podCidr;
  }
  throw new Error(`node ${name} was given no addresses yet`);
}

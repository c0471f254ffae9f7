import type { Client } from '../../../src/api/client.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { microTimeOf } from '../../../src/base/timestamp.ts';
import type { World } from '../../../src/base/world.ts';
import { Lease } from '../../kinds/coordination/v1/lease.ts';
import { LEASE_SECONDS } from '../limits.ts';

const NAMESPACE = 'kube-node-lease';

/** Renews the node's heartbeat, or makes it. */
export async function renewNodeLease(
  deps: { readonly client: Client; readonly name: string; readonly world: Pick<World, 'clock'> },
  nodeUid: string,
): Promise<void> {
  const { client, name, world } = deps;
  const renewTime = microTimeOf(world.clock.now());
  const spec = { holderIdentity: name, leaseDurationSeconds: LEASE_SECONDS, renewTime };
  try {
    await client.patch(Lease, { name, namespace: NAMESPACE }, { type: 'merge', body: { spec } });
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid: nodeUid }];
    await client.create(Lease, { metadata: { name, namespace: NAMESPACE, ownerReferences }, spec });
  }
}

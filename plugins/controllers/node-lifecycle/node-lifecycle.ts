import { timeOf } from '../../../src/base/timestamp.ts';
import type { Clock } from '../../../src/base/world.ts';
import { isStatusError, StatusError } from '../../../src/api/status-error.ts';
import { defineController, reads, type Controller, type ControllerClient } from '../../../src/sdk/controller.ts';
import { Lease } from '../../kinds/coordination/v1/lease.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { conditionOf } from '../conditions.ts';
import { Heartbeats } from './heartbeats.ts';
import { plannedTaints, silentConditions } from './plan-node.ts';
import { podsByNode } from './pods-by-node.ts';

const LEASES = 'kube-node-lease';

/** Gives up nodes that fall silent, and turns what nodes say of themselves into taints. */
export function nodeLifecycleController(clock: Clock): Controller {
  const heartbeats = new Heartbeats(clock);
  return defineController({
    name: 'node-controller',
    primary: Node,
    reads: [
      reads(Lease, ({ metadata }) => (metadata.namespace === LEASES ? [{ name: metadata.name }] : [])),
      reads(Pod),
    ],
    writes: [
      Node.can('update', 'patch'),
      Node.canOn('status', 'update', 'patch'),
      Pod.canOn('status', 'update', 'patch'),
    ],

    async reconcile({ object: node, caches, client, nowMs, event }) {
      const { name } = node.metadata;
      const lease = caches.of(Lease).get(name, LEASES);
      const ready = conditionOf(node.status.conditions, 'Ready');
      const leftMs = heartbeats.leftMs(name, `${lease?.spec?.renewTime ?? ''} ${ready?.lastHeartbeatTime ?? ''}`);
      let current = node;
      if (leftMs <= 0 && ready?.status !== 'Unknown') {
        const conditions = silentConditions(node, nowMs);
        try {
          current = await client.updateStatus(Node, { ...node, status: { ...node.status, conditions } });
        } catch (error) {
          // What takes no writes, a store on a full disk for one, has taken no heartbeats either.
          if (error instanceof StatusError && error.status.code >= 500) heartbeats.excuse(name);
          throw error;
        }
        event('Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
      }
      const taints = plannedTaints(current, nowMs);
      if (taints !== (current.spec.taints ?? taints) || (current.spec.taints === undefined && taints.length > 0)) {
        current = await client.update(Node, { ...current, spec: { ...current.spec, taints } });
      }
      if (conditionOf(current.status.conditions, 'Ready')?.status === 'Unknown') {
        await markNotReady(client, caches.of(Pod).indexed(podsByNode, name), nowMs);
      }
      return leftMs > 0 ? { requeueAfterMs: leftMs + 1 } : {};
    },

    async removed({ key }) {
      heartbeats.forget(key.name);
    },
  });
}

/** Endpoints must not lead to pods nobody can vouch for. */
async function markNotReady(client: ControllerClient, pods: readonly Pod[], nowMs: number): Promise<void> {
  for (const { metadata, status } of pods) {
    if (conditionOf(status.conditions, 'Ready')?.status !== 'True') continue;
    const { name, namespace = '', uid } = metadata;
    const condition = { type: 'Ready', status: 'False', lastTransitionTime: timeOf(nowMs) };
    const body = { metadata: { uid }, status: { conditions: [condition] } };
    try {
      await client.patch(Pod, { name, namespace }, { type: 'strategic', body }, { subresource: 'status' });
    } catch (error) {
      if (!isStatusError(error, 'NotFound', 'Conflict')) throw error;
    }
  }
}

import { isStatusError } from '../../../src/api/status-error.ts';
import type { CacheIndex } from '../../../src/sdk/caches.ts';
import { defineController, reads, type Controller, type ControllerClient } from '../../../src/sdk/controller.ts';
import { keyOf } from '../../../src/sdk/object-key.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { withCondition } from '../conditions.ts';
import { TERMINATED_PODS } from '../limits.ts';
import { isFinished, isTerminating } from '../pod-facts.ts';
import { QUARANTINE_MS } from './limits.ts';
import { podsByNode } from './pods-by-node.ts';

const finishedPods: CacheIndex<Pod> = Object.freeze({
  name: 'finished',
  keysOf: (pod: Pod) => (isFinished(pod) ? ['finished'] : []),
});

/** Removes pods nobody else will: of nodes that are gone, deleted before they had one, finished and too many. */
export function podGarbageCollector(terminatedPods: number = TERMINATED_PODS): Controller {
  /** Since when a pod's node is missing, by the pod's key. */
  const missing = new Map<string, number>();
  return defineController({
    name: 'pod-garbage-collector',
    primary: Pod,
    reads: [
      reads(Node, ({ metadata }, caches) =>
        caches
          .of(Pod)
          .indexed(podsByNode, metadata.name)
          .map(pod => pod.metadata),
      ),
    ],
    writes: [Pod.can('delete'), Pod.canOn('status', 'patch'), Node.can('get')],

    async reconcile({ object: pod, caches, client, nowMs }) {
      const key = keyOf(pod.metadata);
      const { nodeName = '' } = pod.spec;
      if (nodeName === '') {
        if (isTerminating(pod)) await remove(client, pod, 'PodGC: deleting unscheduled pod', nowMs);
        return {};
      }
      if (caches.of(Node).get(nodeName) === undefined) {
        const sinceMs = missing.get(key) ?? nowMs;
        missing.set(key, sinceMs);
        const leftMs = sinceMs + QUARANTINE_MS - nowMs;
        if (leftMs > 0) return { requeueAfterMs: leftMs };
        if (!(await isThere(client, nodeName))) await remove(client, pod, 'PodGC: node no longer exists', nowMs);
        missing.delete(key);
        return {};
      }
      missing.delete(key);
      if (isFinished(pod) && isSurplus(pod, caches.of(Pod).indexed(finishedPods, 'finished'), terminatedPods)) {
        await remove(client, pod, '', nowMs);
      }
      return {};
    },

    async removed({ key }) {
      missing.delete(keyOf(key));
    },
  });
}

/** Among the oldest of the finished pods beyond `limit`. */
export function isSurplus(pod: Pod, finished: readonly Pod[], limit: number): boolean {
  const surplus = finished.length - limit;
  if (surplus <= 0) return false;
  const older = finished.filter(other => isOlder(other, pod)).length;
  return older < surplus;
}

const isOlder = (a: Pod, b: Pod): boolean => {
  const [then, now] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  return then === now ? a.metadata.uid < b.metadata.uid : then < now;
};

/** A cache may be behind: a node that registers again keeps its pods. */
async function isThere(client: ControllerClient, name: string): Promise<boolean> {
  try {
    await client.get(Node, { name });
    return true;
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return false;
    throw error;
  }
}

/** Nobody will stop its containers any more, so it is removed without grace; as failed, unless it had ended. */
async function remove(client: ControllerClient, pod: Pod, why: string, nowMs: number): Promise<void> {
  const { name, namespace = '', uid } = pod.metadata;
  try {
    if (!isFinished(pod) && why !== '') {
      const condition = {
        type: 'DisruptionTarget',
        status: 'True',
        lastProbeTime: null,
        reason: 'DeletionByPodGC',
        message: why,
      } as const;
      const conditions = withCondition(pod.status.conditions, condition, nowMs);
      const body = { metadata: { uid }, status: { phase: 'Failed', conditions } };
      await client.patch(Pod, { name, namespace }, { type: 'strategic', body }, { subresource: 'status' });
    }
    await client.delete(Pod, { name, namespace }, { gracePeriodSeconds: 0, preconditions: { uid } });
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
}

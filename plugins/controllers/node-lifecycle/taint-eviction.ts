import { timeMs } from '../../../src/base/timestamp.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { defineController, reads, type Controller, type ControllerClient } from '../../../src/sdk/controller.ts';
import { keyOf } from '../../../src/sdk/object-key.ts';
import { tolerates } from '../../kinds/core/v1/tolerates.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import type { Taint } from '../../kinds/core/v1/node-spec.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { withCondition } from '../conditions.ts';
import { podsByNode } from './pods-by-node.ts';

/** Takes pods off nodes whose `NoExecute` taints they do not tolerate, or no longer. */
export function taintEvictionController(): Controller {
  /** Since when pods are known to have to leave later, by key. */
  const leaving = new Map<string, { readonly uid: string; readonly sinceMs: number }>();
  return defineController({
    name: 'taint-eviction-controller',
    primary: Pod,
    reads: [
      reads(
        Node,
        (node, caches) =>
          evicting(node).length === 0
            ? []
            : caches
                .of(Pod)
                .indexed(podsByNode, node.metadata.name)
                .map(({ metadata }) => metadata),
        (now, before) => !isDeepEqual(evicting(now), evicting(before)),
      ),
    ],
    writes: [Pod.can('delete'), Pod.canOn('status', 'patch')],
    concerns: ({ spec, metadata }) => (spec.nodeName ?? '') !== '' && metadata.deletionTimestamp === undefined,

    async reconcile({ object: pod, caches, client, nowMs, event }) {
      const { name, namespace = '', uid } = pod.metadata;
      const key = keyOf(pod.metadata);
      const known = leaving.get(key);
      const sinceMs = known?.uid === uid ? known.sinceMs : nowMs;
      const node = caches.of(Node).get(pod.spec.nodeName ?? '');
      const dueMs = node === undefined ? undefined : evictionDueMs(evicting(node), pod, sinceMs, nowMs);
      if (dueMs !== undefined && dueMs > nowMs) {
        leaving.set(key, { uid, sinceMs });
        return { requeueAfterMs: dueMs - nowMs };
      }
      leaving.delete(key);
      if (dueMs === undefined) {
        if (known?.uid === uid)
          event('Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${namespace}/${name}`);
        return {};
      }
      event('Normal', 'TaintManagerEviction', `Marking for deletion Pod ${namespace}/${name}`);
      await evict(client, pod, nowMs);
      return {};
    },

    async removed({ key }) {
      leaving.delete(keyOf(key));
    },
  });
}

async function evict(client: ControllerClient, { metadata, status }: Pod, nowMs: number): Promise<void> {
  const { name, namespace = '', uid, generation } = metadata;
  const condition = {
    type: 'DisruptionTarget',
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    status: 'True',
    lastProbeTime: null,
    reason: 'DeletionByTaintManager',
    message: 'Taint manager: deleting due to NoExecute taint',
  } as const;
  try {
    const conditions = withCondition(status.conditions, condition, nowMs);
    const body = { metadata: { uid }, status: { conditions } };
    await client.patch(Pod, { name, namespace }, { type: 'strategic', body }, { subresource: 'status' });
    await client.delete(Pod, { name, namespace }, { preconditions: { uid } });
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
}

const evicting = ({ spec }: Node): readonly Taint[] =>
  (spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute');

/**
 * When a pod must go: at once when a taint is not tolerated, after the shortest time that the first toleration of each
 * leaves it, `undefined` when all are tolerated for good. Time counts from when a taint was put there or the pod
 * came, whichever is later, so that it does not begin anew with this process; and from `sinceMs`, when the pod was
 * first seen to have to leave, at the latest.
 */
export function evictionDueMs(
  taints: readonly Taint[],
  { spec, metadata }: Pick<Pod, 'spec' | 'metadata'>,
  sinceMs: number,
  nowMs: number,
): number | undefined {
  let dueMs: number | undefined;
  const cameMs = timeMs(metadata.creationTimestamp) ?? 0;
  for (const taint of taints) {
    const used = (spec.tolerations ?? []).find(toleration => tolerates(toleration, taint));
    if (used === undefined) return nowMs;
    if (used.tolerationSeconds === undefined) continue;
    const addedMs = timeMs(taint.timeAdded) ?? sinceMs;
    const fromMs = Math.min(Math.max(addedMs, cameMs), sinceMs);
    dueMs = Math.min(dueMs ?? Infinity, fromMs + Math.max(used.tolerationSeconds, 0) * 1000);
  }
  return dueMs;
}

import { timeMs } from '../../../src/base/timestamp.ts';
import { isStatusError } from '../../../src/api/status-error.ts';
import { defineController, reads } from '../../../src/sdk/controller.ts';
import { tolerates } from '../../kinds/core/v1/tolerates.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import type { Taint } from '../../kinds/core/v1/node-spec.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import type { Toleration } from '../../kinds/core/v1/toleration.ts';
import { withCondition } from '../conditions.ts';
import { podsByNode } from './pods-by-node.ts';

/** Takes pods off nodes whose `NoExecute` taints they do not tolerate, or no longer. */
export const taintEvictionController = defineController({
  name: 'taint-eviction-controller',
  primary: Pod,
  reads: [
    reads(Node, (node, caches) =>
      evicting(node).length === 0
        ? []
        : caches
            .of(Pod)
            .indexed(podsByNode, node.metadata.name)
            .map(({ metadata }) => metadata),
    ),
  ],
  writes: [Pod.can('delete'), Pod.canOn('status', 'patch')],
  concerns: ({ spec, metadata }) => (spec.nodeName ?? '') !== '' && metadata.deletionTimestamp === undefined,

  async reconcile({ object: pod, caches, client, nowMs, event }) {
    const node = caches.of(Node).get(pod.spec.nodeName ?? '');
    const dueMs = node === undefined ? undefined : evictionDueMs(evicting(node), pod.spec.tolerations ?? [], nowMs);
    if (dueMs === undefined) return {};
    if (dueMs > nowMs) return { requeueAfterMs: dueMs - nowMs };
    const { name, namespace = '', uid } = pod.metadata;
    event('Normal', 'TaintManagerEviction', `Marking for deletion Pod ${namespace}/${name}`);
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      lastProbeTime: null,
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
    } as const;
    try {
      const conditions = withCondition(pod.status.conditions, condition, nowMs);
      const body = { metadata: { uid }, status: { conditions } };
      await client.patch(Pod, { name, namespace }, { type: 'strategic', body }, { subresource: 'status' });
      await client.delete(Pod, { name, namespace }, { preconditions: { uid } });
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
    }
    return {};
  },
});

const evicting = ({ spec }: Node): readonly Taint[] =>
  (spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute');

/**
 * When a pod must go: at once when a taint is not tolerated, after the shortest time it is tolerated for
 * counted from when it was put there, `undefined` when all are tolerated for good.
 */
export function evictionDueMs(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  nowMs: number,
): number | undefined {
  let dueMs: number | undefined;
  for (const taint of taints) {
    const used = tolerations.filter(toleration => tolerates(toleration, taint));
    if (used.length === 0) return nowMs;
    const seconds = Math.min(...used.map(({ tolerationSeconds }) => tolerationSeconds ?? Number.POSITIVE_INFINITY));
    if (seconds === Number.POSITIVE_INFINITY) continue;
    const taintDueMs = (timeMs(taint.timeAdded) ?? nowMs) + Math.max(seconds, 0) * 1000;
    dueMs = Math.min(dueMs ?? taintDueMs, taintDueMs);
  }
  return dueMs;
}

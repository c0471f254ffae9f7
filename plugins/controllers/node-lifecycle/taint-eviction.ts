import { timeMs } from '../../../src/base/timestamp.ts';
import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import { reads, type Controller } from '../../../src/sdk/controller.ts';
import { tolerates } from '../../kinds/core/v1/tolerates.ts';
import { Node } from '../../kinds/core/v1/node.ts';
import type { Taint } from '../../kinds/core/v1/node-spec.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { evictWhenDue } from './evict-when-due.ts';
import { podsByNode } from './pods-by-node.ts';

const nameOf = ({ metadata: { namespace = '', name } }: Pod): string => `${namespace}/${name}`;

/** Takes pods off nodes whose `NoExecute` taints they do not tolerate, or no longer. */
export const taintEvictionController = (): Controller =>
  evictWhenDue({
    name: 'taint-eviction-controller',
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
    condition: { reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' },
    event: {
      reason: 'TaintManagerEviction',
      marking: pod => `Marking for deletion Pod ${nameOf(pod)}`,
      cancelling: pod => `Cancelling deletion of Pod ${nameOf(pod)}`,
    },
    concerns: () => true,
    dueMs: (pod, caches, sinceMs, nowMs) => {
      const node = caches.of(Node).get(pod.spec.nodeName ?? '');
      return node === undefined ? undefined : evictionDueMs(evicting(node), pod, sinceMs, nowMs);
    },
  });

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

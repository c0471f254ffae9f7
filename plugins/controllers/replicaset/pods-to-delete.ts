import { timeMs } from '../../../src/base/timestamp.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { isActive, isReady, readySinceMs } from '../pod-facts.ts';

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/**
 * Which `count` of `pods` go first: unassigned, then not running, then unready, then of lower deletion cost,
 * then where most siblings share the node, then ready or made for the shortest time (in powers of two), then
 * with more restarts. `related` are the pods of all replica sets of the same deployment. Upstream's
 * ActivePodsWithRanks.
 */
export function podsToDelete(
  pods: readonly Pod[],
  related: readonly Pod[],
  count: number,
  nowMs: number,
): readonly Pod[] {
  if (count >= pods.length) return pods;
  const onNode = new Map<string, number>();
  for (const pod of related) {
    const node = pod.spec.nodeName ?? '';
    if (isActive(pod)) onNode.set(node, (onNode.get(node) ?? 0) + 1);
  }
  const ranked = pods.map(pod => ({
    pod,
    // Lower goes first, compared place by place.
    place: [
      (pod.spec.nodeName ?? '') === '' ? 0 : 1,
      phaseRank(pod),
      isReady(pod) ? 1 : 0,
      deletionCost(pod),
      -(onNode.get(pod.spec.nodeName ?? '') ?? 0),
      isReady(pod) ? ageRank(readySinceMs(pod), nowMs) : 0,
      -restarts(pod),
      ageRank(timeMs(pod.metadata.creationTimestamp), nowMs),
    ],
  }));
  ranked.sort((a, b) => compare(a.place, b.place) || (a.pod.metadata.uid < b.pod.metadata.uid ? -1 : 1));
  return ranked.slice(0, count).map(({ pod }) => pod);
}

function phaseRank(pod: Pod): number {
  const phase = pod.status?.phase ?? 'Pending';
  return phase === 'Pending' ? 0 : phase === 'Unknown' ? 1 : 2;
}

function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.[DELETION_COST] ?? '';
  return /^-?(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : 0;
}

/** Ages within a power of two are alike, so that not always the newest go. Without a time: first of all. */
function ageRank(sinceMs: number | undefined, nowMs: number): number {
  if (sinceMs === undefined) return -1;
  return Math.floor(Math.log2(Math.max(nowMs - sinceMs, 1)));
}

function restarts(pod: Pod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map(status => status.restartCount));
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

import { isDeepEqual } from '../../src/base/deep-equal.ts';
import type { Node } from '../kinds/core/v1/node.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { ClusterChange } from './contract.ts';
import { podRequests } from './pod-requests.ts';

/** Whether pods that found no node may find this one now: a heartbeat helps nobody. */
export function mayHelp(before: Node, now: Node): boolean {
  return !(
    isDeepEqual(before.spec, now.spec) &&
    isDeepEqual(before.metadata.labels, now.metadata.labels) &&
    isDeepEqual(before.status.allocatable, now.status.allocatable)
  );
}

/** What of a pod that has a node may make room where its mere presence did not. */
export function helpfulChanges(before: Pod, now: Pod): readonly ClusterChange[] {
  const changes: ClusterChange[] = [];
  if (now.metadata.deletionTimestamp !== undefined && before.metadata.deletionTimestamp === undefined)
    changes.push('pod-leaving');
  if (!isDeepEqual(before.metadata.labels, now.metadata.labels)) changes.push('pod-changed');
  if (!isDeepEqual(podRequests(before).requested, podRequests(now).requested)) changes.push('pod-resized');
  return changes;
}

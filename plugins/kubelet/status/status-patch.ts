import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import type { PodStatus } from '../pod.ts';

/**
 * The merge patch that makes the stored status read `wanted`; `undefined` when it does already. Lists go as a
 * whole: the conditions of others are in `wanted` as they were last seen.
 */
export function statusPatch(
  stored: PodStatus | undefined,
  wanted: PodStatus,
): Readonly<Record<string, unknown>> | undefined {
  const before = new Map<string, unknown>(Object.entries(stored ?? {}));
  const after = new Map<string, unknown>(Object.entries(wanted));
  const patch: Record<string, unknown> = {};
  for (const name of OWNED) {
    const value = after.get(name);
    if (!isDeepEqual(before.get(name), value)) patch[name] = value ?? null;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** The fields of a pod's status that are the kubelet's; `nominatedNodeName` and claims are others'. */
const OWNED = [
  'observedGeneration',
  'phase',
  'conditions',
  'reason',
  'message',
  'hostIP',
  'hostIPs',
  'podIP',
  'podIPs',
  'startTime',
  'initContainerStatuses',
  'containerStatuses',
  'ephemeralContainerStatuses',
  'qosClass',
  'allocatedResources',
  'resources',
] as const;

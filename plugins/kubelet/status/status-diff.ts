import { isDeepEqual } from '../../../src/base/deep-equal.ts';
import type { PodCondition, PodStatus } from '../pod.ts';

/**
 * The strategic merge patch that makes the stored status read `wanted`; `undefined` when it does already.
 * Conditions merge by type, so that those of others are neither sent nor lost.
 */
export function statusPatch(
  stored: PodStatus | undefined,
  wanted: PodStatus,
): Readonly<Record<string, unknown>> | undefined {
  const before = new Map<string, unknown>(Object.entries(stored ?? {}));
  const after = new Map<string, unknown>(Object.entries(wanted));
  const patch: Record<string, unknown> = {};
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    if (name === 'conditions' || !OWNED.has(name)) continue;
    const value = after.get(name);
    if (isDeepEqual(before.get(name), value)) continue;
    if (REPLACED.has(name)) patch[name] = [...listOf(value), { $patch: 'replace' }];
    else patch[name] = value ?? null;
  }
  const known = new Map((stored?.conditions ?? []).map(condition => [condition.type, condition]));
  const changed = (wanted.conditions ?? []).filter(condition => !isDeepEqual(known.get(condition.type), condition));
  if (changed.length > 0)
    patch['conditions'] = changed.map(condition => withNulls(known.get(condition.type), condition));
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** The fields of a pod's status that are the kubelet's; `nominatedNodeName` and claims are others'. */
const OWNED = new Set([
  'observedGeneration',
  'phase',
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
]);
/** Lists that a strategic patch would merge by key. */
const REPLACED = new Set(['podIPs', 'hostIPs']);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** What a condition no longer says has to be said to be gone. */
function withNulls(before: PodCondition | undefined, condition: PodCondition): Readonly<Record<string, unknown>> {
  const gone = Object.keys(before ?? {}).filter(key => !Object.hasOwn(condition, key));
  return { ...condition, ...Object.fromEntries(gone.map(key => [key, null])) };
}

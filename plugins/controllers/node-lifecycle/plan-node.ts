import { timeOf } from '../../../src/base/timestamp.ts';
import type { Node } from '../../kinds/core/v1/node.ts';
import type { Taint } from '../../kinds/core/v1/node-spec.ts';
import type { NodeCondition } from '../../kinds/core/v1/node-status.ts';
import { conditionOf } from '../conditions.ts';

const WATCHED = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'] as const;

/** The conditions of a node that no longer says how it is. */
export function silentConditions({ status, metadata }: Node, nowMs: number): readonly NodeCondition[] {
  const conditions = [...(status.conditions ?? [])];
  for (const type of WATCHED) {
    const index = conditions.findIndex(condition => condition.type === type);
    const current = conditions[index];
    if (current?.status === 'Unknown') continue;
    const said = {
      type,
      status: 'Unknown',
      reason: current === undefined ? 'NodeStatusNeverUpdated' : 'NodeStatusUnknown',
      message: current === undefined ? 'Kubelet never posted node status.' : 'Kubelet stopped posting node status.',
      lastHeartbeatTime: current?.lastHeartbeatTime ?? metadata.creationTimestamp,
      lastTransitionTime: timeOf(nowMs),
    } as const;
    if (index < 0) conditions.push(said);
    else conditions[index] = said;
  }
  return conditions;
}

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';

/** Condition -> status -> key of the taint it stands for. */
const BY_CONDITION: readonly (readonly [type: string, status: NodeCondition['status'], key: string])[] = [
  ['Ready', 'False', NOT_READY],
  ['Ready', 'Unknown', UNREACHABLE],
  ['MemoryPressure', 'True', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'True', 'node.kubernetes.io/disk-pressure'],
  ['NetworkUnavailable', 'True', 'node.kubernetes.io/network-unavailable'],
  ['PIDPressure', 'True', 'node.kubernetes.io/pid-pressure'],
];
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';
const OWN_KEYS: ReadonlySet<string> = new Set([...BY_CONDITION.map(([, , key]) => key), UNSCHEDULABLE]);

/** The taints a node should carry: the user's as they are, ours after its conditions; itself when nothing changes. */
export function plannedTaints({ spec, status }: Node, nowMs: number): readonly Taint[] {
  const current = spec.taints ?? [];
  const keys = BY_CONDITION.filter(([type, value]) => conditionOf(status.conditions, type)?.status === value).map(
    ([, , key]) => key,
  );
  if (spec.unschedulable === true) keys.push(UNSCHEDULABLE);
  const evicting = keys.filter(key => key === NOT_READY || key === UNREACHABLE);
  const wanted: readonly Taint[] = [
    ...keys.map(key => ({ key, effect: 'NoSchedule' }) as const),
    ...evicting.map(key => ({ key, effect: 'NoExecute' }) as const),
  ];
  const kept = current.filter(taint => !isOwn(taint) || wanted.some(want => isSame(want, taint)));
  const added = wanted
    .filter(want => !current.some(taint => isSame(want, taint)))
    .map(taint => ({ ...taint, timeAdded: timeOf(nowMs) }));
  return kept.length === current.length && added.length === 0 ? current : [...kept, ...added];
}

const isOwn = ({ key, effect }: Taint): boolean =>
  OWN_KEYS.has(key) &&
  (effect === 'NoSchedule' || (effect === 'NoExecute' && (key === NOT_READY || key === UNREACHABLE)));

const isSame = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;

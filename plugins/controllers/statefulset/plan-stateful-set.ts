import type { StatefulSet } from '../../kinds/apps/v1/stateful-set.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import { isAvailable, isFinished, isReady, isTerminating } from '../pod-facts.ts';
import { firstOrdinal, isInRange, ordinalOf, revisionOf } from './stateful-identity.ts';

export type Step =
  /** A pod where none is, with its claims. */
  | { readonly act: 'create'; readonly ordinal: number; readonly revision: string }
  /** What belongs to a pod is made right: its labels, its claims and whose those are. */
  | { readonly act: 'settle'; readonly pod: Pod; readonly ordinal: number }
  /** A pod ends; where it is not wanted any more, whose its claims are is settled before. */
  | { readonly act: 'delete'; readonly pod: Pod; readonly ordinal: number };

export interface Revisions {
  readonly current: string;
  readonly update: string;
}

export interface StatefulFacts {
  readonly nowMs: number;
  /** Something that belongs to the pod is not as it should be. */
  isUnsettled(this: void, pod: Pod, ordinal: number): boolean;
  /** A claim of an earlier pod of this ordinal is still on its way out. */
  isBlocked(this: void, ordinal: number): boolean;
}

/**
 * What to do next, in this order. In order (`OrderedReady`) that is at most one create or delete, and whatever is
 * not available holds up all that comes after it.
 */
export function planStatefulSet(
  set: StatefulSet,
  pods: readonly Pod[],
  revisions: Revisions,
  facts: StatefulFacts,
): readonly Step[] {
  const view = viewOf(set, pods, facts.nowMs);
  const replicas = planReplicas(view, revisions, facts);
  if (replicas.isHeld) return replicas.steps;
  const condemned = planCondemned(view, facts);
  if (condemned.isHeld) return [...replicas.steps, ...condemned.steps];
  return [...replicas.steps, ...condemned.steps, ...planUpdate(view, revisions.update)];
}

interface View {
  readonly set: StatefulSet;
  readonly isOrdered: boolean;
  /** By place; the first has the first ordinal. */
  readonly places: readonly { readonly ordinal: number; readonly pod: Pod | undefined }[];
  /** Highest ordinals first. */
  readonly condemned: readonly { readonly ordinal: number; readonly pod: Pod }[];
  serves(this: void, pod: Pod): boolean;
}

function viewOf(set: StatefulSet, pods: readonly Pod[], nowMs: number): View {
  const numbered = pods.flatMap(pod => {
    const ordinal = ordinalOf(set, pod);
    return ordinal === undefined ? [] : [{ ordinal, pod }];
  });
  const byOrdinal = new Map(numbered.map(({ ordinal, pod }) => [ordinal, pod]));
  const { replicas, podManagementPolicy, minReadySeconds = 0 } = set.spec;
  return {
    set,
    isOrdered: podManagementPolicy !== 'Parallel',
    places: Array.from({ length: replicas }, (_, index) => {
      const ordinal = firstOrdinal(set) + index;
      return { ordinal, pod: byOrdinal.get(ordinal) };
    }),
    condemned: numbered.filter(({ ordinal }) => !isInRange(set, ordinal)).toSorted((a, b) => b.ordinal - a.ordinal),
    serves: pod => isAvailable(pod, minReadySeconds, nowMs),
  };
}

interface Stage {
  readonly steps: readonly Step[];
  /** Nothing that comes later may be done now. */
  readonly isHeld: boolean;
}

function planReplicas({ set, isOrdered, places, serves }: View, revisions: Revisions, facts: StatefulFacts): Stage {
  const steps: Step[] = [];
  for (const { ordinal, pod } of places) {
    if (pod === undefined) {
      if (!facts.isBlocked(ordinal)) {
        steps.push({ act: 'create', ordinal, revision: revisionFor(set, ordinal, revisions) });
      }
      if (isOrdered) return { steps, isHeld: true };
      continue;
    }
    if (isFinished(pod)) {
      if (!isTerminating(pod)) steps.push({ act: 'delete', pod, ordinal });
      if (isOrdered) return { steps, isHeld: true };
      continue;
    }
    const isPending = pod.status.phase === 'Pending';
    const isHeld = isOrdered && (isTerminating(pod) || !isRunning(pod) || !serves(pod));
    if ((isPending || !isHeld) && facts.isUnsettled(pod, ordinal)) steps.push({ act: 'settle', pod, ordinal });
    if (isHeld) return { steps, isHeld };
  }
  return { steps, isHeld: false };
}

const isRunning = (pod: Pod): boolean => pod.status.phase === 'Running' && isReady(pod);

function planCondemned(view: View, facts: StatefulFacts): Stage {
  const { isOrdered, condemned, places, serves } = view;
  const unsettled = condemned.filter(({ pod, ordinal }) => facts.isUnsettled(pod, ordinal));
  const steps: Step[] = unsettled.map(each => ({ act: 'settle', ...each }));
  if (!isOrdered) {
    const ending = condemned.filter(({ pod }) => !isTerminating(pod));
    return { steps: [...steps, ...ending.map((each): Step => ({ act: 'delete', ...each }))], isHeld: false };
  }
  const [last] = condemned;
  if (last === undefined) return { steps, isHeld: false };
  const isLacking = (pod: Pod | undefined): boolean => pod === undefined || !serves(pod) || isTerminating(pod);
  const lacking = [...places, ...condemned.toReversed()].find(({ pod }) => isLacking(pod));
  const mayGo = !isTerminating(last.pod) && ((isRunning(last.pod) && serves(last.pod)) || lacking?.pod === last.pod);
  return { steps: mayGo ? [...steps, { act: 'delete', ...last }] : steps, isHeld: true };
}

/** From the last place down to the partition, one at a time, each once the one before serves. */
function planUpdate({ set, places, serves }: View, revision: string): readonly Step[] {
  const { type, rollingUpdate } = set.spec.updateStrategy;
  if (type === 'OnDelete') return [];
  for (const { ordinal, pod } of places.slice(rollingUpdate?.partition ?? 0).toReversed()) {
    if (pod === undefined) return [];
    if (revisionOf(pod) !== revision && !isTerminating(pod)) return [{ act: 'delete', pod, ordinal }];
    if (!serves(pod) || isTerminating(pod)) return [];
  }
  return [];
}

/** Below the partition pods come back as they were. */
function revisionFor(set: StatefulSet, ordinal: number, { current, update }: Revisions): string {
  const { type, rollingUpdate } = set.spec.updateStrategy;
  const kept = rollingUpdate?.partition ?? (type === 'OnDelete' ? 0 : (set.status.currentReplicas ?? 0));
  return ordinal < firstOrdinal(set) + kept ? current : update;
}

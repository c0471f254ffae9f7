import type { Pod } from '../../kinds/core/v1/pod.ts';
import { isAvailable, isReady, isTerminating } from '../pod-facts.ts';
import type { DaemonNode, DaemonNodes } from './daemon-nodes.ts';

export interface DaemonRules {
  /** A node may have a second pod while one replaces the other. */
  readonly surges: boolean;
  readonly minReadySeconds: number;
  readonly nowMs: number;
  isUpdated(this: void, pod: Pod): boolean;
  /** A pod failed on this node so recently that it is left alone. */
  isHeld(this: void, node: string): boolean;
}

export interface DaemonPlan {
  /** Nodes to get a pod. */
  readonly create: readonly string[];
  readonly remove: readonly Pod[];
}

/** Pods that ended, to be replaced, with the node each was on. */
export type Ended = readonly { readonly pod: Pod; readonly node: string }[];

/** One pod where one should be, and none where none should be. */
export function planDaemonPods(
  { nodes, strays }: DaemonNodes,
  rules: DaemonRules,
): DaemonPlan & { readonly ended: Ended } {
  const plans = nodes.map(node => planNode(node, rules));
  return {
    create: nodes.flatMap(({ name }, index) => (plans[index]?.create === true ? [name] : [])),
    remove: [...plans.flatMap(({ remove }) => remove), ...strays],
    ended: nodes.flatMap(({ name }, index) => (plans[index]?.ended ?? []).map(pod => ({ pod, node: name }))),
  };
}

interface NodePlan {
  readonly create: boolean;
  readonly remove: readonly Pod[];
  readonly ended: readonly Pod[];
}

function planNode({ name, shouldRun, mayStay, pods }: DaemonNode, rules: DaemonRules): NodePlan {
  if (shouldRun && pods.length === 0) return { create: true, remove: [], ended: [] };
  const present = pods.filter(pod => !isTerminating(pod));
  if (!mayStay) return { create: false, remove: present, ended: [] };
  const ended = present.filter(({ status: { phase } }) =>
    phase === 'Failed' ? !rules.isHeld(name) : phase === 'Succeeded',
  );
  const running = present.filter(({ status: { phase } }) => phase !== 'Failed' && phase !== 'Succeeded');
  if (!rules.surges) return { create: false, remove: [...ended, ...running.slice(1)], ended };
  if (running.length <= 1) return { create: running.length === 0 && shouldRun, remove: ended, ended };
  return { create: false, remove: [...ended, ...surplus(running, rules)], ended };
}

/** Of a node that surges, the new pod stays, and the old one as long as it serves in the new one's place. */
function surplus(running: readonly Pod[], { isUpdated, minReadySeconds, nowMs }: DaemonRules): readonly Pod[] {
  const fresh = running.find(isUpdated);
  const old = running.find(pod => !isUpdated(pod));
  const others = running.filter(pod => pod !== fresh && pod !== old);
  if (fresh === undefined || old === undefined) return others;
  return !isReady(old) || isAvailable(fresh, minReadySeconds, nowMs) ? [...others, old] : others;
}

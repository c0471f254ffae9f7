import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { DaemonSet } from '../../kinds/apps/v1/daemon-set.ts';
import { isAvailable, isTerminating } from '../pod-facts.ts';
import { scaledCount } from '../scaled-count.ts';
import type { DaemonNode } from './daemon-nodes.ts';
import type { DaemonPlan, DaemonRules } from './plan-daemon-pods.ts';

export const surges = (daemonSet: DaemonSet): boolean => amounts(daemonSet, 1).maxSurge > 0;

function amounts({ spec: { updateStrategy } }: DaemonSet, desired: number) {
  const { maxSurge, maxUnavailable } = updateStrategy.rollingUpdate ?? {};
  if (updateStrategy.type !== 'RollingUpdate') return { maxSurge: 0, maxUnavailable: 0 };
  const surge = scaledCount(maxSurge, desired, 'up');
  const unavailable = scaledCount(maxUnavailable, desired, 'up');
  // With neither, an update could never move.
  return { maxSurge: surge, maxUnavailable: desired > 0 && surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** The next step of an update, once every node has what it should have otherwise. */
export function planDaemonUpdate(daemonSet: DaemonSet, nodes: readonly DaemonNode[], rules: DaemonRules): DaemonPlan {
  if (daemonSet.spec.updateStrategy.type === 'OnDelete') return { create: [], remove: [] };
  const desired = nodes.filter(({ shouldRun }) => shouldRun).length;
  const { maxSurge, maxUnavailable } = amounts(daemonSet, desired);
  const seen = nodes.filter(({ shouldRun, pods }) => shouldRun || pods.length > 0).map(node => look(node, rules));
  if (maxSurge === 0) return { create: [], remove: replacing(seen, maxUnavailable) };
  return surging(seen, maxSurge, desired);
}

/** A node and its one old and one new pod; neither where it has more than one of them. */
interface Seen {
  readonly node: DaemonNode;
  readonly isCrowded: boolean;
  readonly old: Pod | undefined;
  readonly fresh: Pod | undefined;
  readonly oldServes: boolean;
  readonly freshServes: boolean;
}

function look(node: DaemonNode, { isUpdated, minReadySeconds, nowMs }: DaemonRules): Seen {
  const present = node.pods.filter(pod => !isTerminating(pod));
  const fresh = present.filter(isUpdated);
  const old = present.filter(pod => !isUpdated(pod));
  const serves = (pod: Pod | undefined): boolean => pod !== undefined && isAvailable(pod, minReadySeconds, nowMs);
  return {
    node,
    isCrowded: fresh.length > 1 || old.length > 1,
    old: old[0],
    fresh: fresh[0],
    oldServes: serves(old[0]),
    freshServes: serves(fresh[0]),
  };
}

/** Old pods that do not serve go at once; of those that do, as many as may be missing. */
function replacing(seen: readonly Seen[], maxUnavailable: number): readonly Pod[] {
  const isAlone = ({ isCrowded, old, fresh }: Seen): boolean =>
    !isCrowded && (old === undefined) !== (fresh === undefined);
  const missing = seen.filter(node => !isAlone(node) || !(node.oldServes || node.freshServes)).length;
  const outdated = seen.filter(node => isAlone(node) && node.old !== undefined);
  const candidates = outdated.filter(({ oldServes }) => oldServes).slice(0, Math.max(0, maxUnavailable - missing));
  return [...outdated.filter(({ oldServes }) => !oldServes), ...candidates].flatMap(({ old }) => old ?? []);
}

/**
 * New pods come beside old ones: wherever the old one does not serve, and on as many other nodes as may surge. An
 * old pod goes when the new one serves, or, where none should be any more, when enough others serve.
 */
function surging(seen: readonly Seen[], maxSurge: number, desired: number): DaemonPlan {
  const sound = seen.filter(({ isCrowded }) => !isCrowded);
  const serving = sound.filter(({ old, oldServes, freshServes }) =>
    old === undefined ? freshServes : oldServes,
  ).length;
  const both = sound.filter(({ old, fresh }) => old !== undefined && fresh !== undefined);
  const onlyOld = sound.filter(({ old, fresh }) => old !== undefined && fresh === undefined);
  const surged = seen.length - sound.length + both.filter(({ freshServes }) => !freshServes).length;
  const wanted = onlyOld.filter(({ node }) => node.shouldRun);
  const unwanted = onlyOld.filter(({ node }) => !node.shouldRun);
  const candidates = wanted.filter(({ oldServes }) => oldServes).slice(0, Math.max(0, maxSurge - surged));
  return {
    create: [...wanted.filter(({ oldServes }) => !oldServes), ...candidates].map(({ node }) => node.name),
    remove: [
      ...both.filter(({ freshServes }) => freshServes),
      ...unwanted.filter(({ oldServes }) => !oldServes),
      ...unwanted.filter(({ oldServes }) => oldServes).slice(0, Math.max(0, serving - desired)),
    ].flatMap(({ old }) => old ?? []),
  };
}

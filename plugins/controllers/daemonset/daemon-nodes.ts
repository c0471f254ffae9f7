import type { Node } from '../../kinds/core/v1/node.ts';
import { isChosenBy } from '../../kinds/core/v1/node-selection.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodSpec } from '../../kinds/core/v1/pod-spec.ts';
import { findUntolerated } from '../../kinds/core/v1/tolerates.ts';
import { isFinished, isTerminating } from '../pod-facts.ts';
import { daemonTolerations, targetNodeOf } from './daemon-template.ts';

/** A node as a daemon set sees it. */
export interface DaemonNode {
  readonly name: string;
  /** It is to have a pod. */
  readonly shouldRun: boolean;
  /** A pod that is there may stay. */
  readonly mayStay: boolean;
  /** Its pods there, the one that counts first; those that ended and are going are left out. */
  readonly pods: readonly Pod[];
}

export interface DaemonNodes {
  readonly nodes: readonly DaemonNode[];
  /** Not bound yet, and made for nodes that are no more. */
  readonly strays: readonly Pod[];
}

export function daemonNodes(spec: PodSpec, nodes: readonly Node[], pods: readonly Pod[]): DaemonNodes {
  const byNode = new Map<string, Pod[]>();
  for (const pod of pods) {
    const target = targetNodeOf(pod);
    if (target === undefined || (isFinished(pod) && isTerminating(pod))) continue;
    byNode.set(target, [...(byNode.get(target) ?? []), pod]);
  }
  const seen = nodes.map(node => {
    const { name } = node.metadata;
    return { name, ...nodeFit(spec, node), pods: (byNode.get(name) ?? []).toSorted(byStanding) };
  });
  const names = new Set(seen.map(({ name }) => name));
  const strays = [...byNode].flatMap(([name, own]) =>
    names.has(name) ? [] : own.filter(pod => (pod.spec.nodeName ?? '') === '' && !isTerminating(pod)),
  );
  return { nodes: seen, strays };
}

/** Daemons go where their selectors and tolerations let them, and leave where `NoExecute` drives them out. */
export function nodeFit(
  spec: PodSpec,
  { metadata, spec: { taints = [] } }: Node,
): Pick<DaemonNode, 'shouldRun' | 'mayStay'> {
  const { name, labels = {} } = metadata;
  const { nodeName = '' } = spec;
  if ((nodeName !== '' && nodeName !== name) || !isChosenBy(spec, { name, labels })) {
    return { shouldRun: false, mayStay: false };
  }
  const tolerations = daemonTolerations(spec);
  return {
    shouldRun: findUntolerated(taints, tolerations, ['NoExecute', 'NoSchedule']) === undefined,
    mayStay: findUntolerated(taints, tolerations, ['NoExecute']) === undefined,
  };
}

/** Bound ones first, then older ones. */
const byStanding = (a: Pod, b: Pod): number =>
  Number((a.spec.nodeName ?? '') === '') - Number((b.spec.nodeName ?? '') === '') ||
  a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp) ||
  a.metadata.name.localeCompare(b.metadata.name);

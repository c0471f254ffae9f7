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
    const own = byNode.get(target);
    if (own === undefined) byNode.set(target, [pod]);
    else own.push(pod);
  }
  const fitOf = knownFits(spec);
  const seen = nodes.map(node => {
    const { name } = node.metadata;
    const { shouldRun, mayStay } = fitOf(node);
    return { name, shouldRun, mayStay, pods: (byNode.get(name) ?? []).sort(byStanding) };
  });
  const names = new Set(seen.map(({ name }) => name));
  const strays = [...byNode].flatMap(([name, own]) =>
    names.has(name) ? [] : own.filter(pod => (pod.spec.nodeName ?? '') === '' && !isTerminating(pod)),
  );
  return { nodes: seen, strays };
}

type Fit = Pick<DaemonNode, 'shouldRun' | 'mayStay'>;

/** What was said of a node holds as long as neither it nor the template changes: a pass comes with each pod's change. */
const known = new WeakMap<PodSpec, (node: Node) => Fit>();

function knownFits(spec: PodSpec): (node: Node) => Fit {
  const before = known.get(spec);
  if (before !== undefined) return before;
  const fits = new WeakMap<Node, Fit>();
  const judge = nodeFit(spec);
  const fitOf = (node: Node): Fit => {
    const fit = fits.get(node) ?? judge(node);
    fits.set(node, fit);
    return fit;
  };
  known.set(spec, fitOf);
  return fitOf;
}

/** Daemons go where their selectors and tolerations let them, and leave where `NoExecute` drives them out. */
export function nodeFit(spec: PodSpec): (node: Node) => Fit {
  const { nodeName = '' } = spec;
  const tolerations = daemonTolerations(spec);
  return ({ metadata: { name, labels = {} }, spec: { taints = [] } }) => {
    if ((nodeName !== '' && nodeName !== name) || !isChosenBy(spec, { name, labels })) {
      return { shouldRun: false, mayStay: false };
    }
    return {
      shouldRun: findUntolerated(taints, tolerations, ['NoExecute', 'NoSchedule']) === undefined,
      mayStay: findUntolerated(taints, tolerations, ['NoExecute']) === undefined,
    };
  };
}

/** Bound ones first, then older ones. */
const byStanding = (a: Pod, b: Pod): number =>
  Number((a.spec.nodeName ?? '') === '') - Number((b.spec.nodeName ?? '') === '') ||
  a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp) ||
  a.metadata.name.localeCompare(b.metadata.name);

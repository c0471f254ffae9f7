import { contributionPoint } from '../../src/kernel/plugin.ts';
import type { Node } from '../kinds/core/v1/node.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';

/** Says which nodes a pod may run on. A node must pass every filter. */
export interface SchedulerFilter {
  readonly name: string;
  /** Lower runs earlier; built-in filters lie below 100. 1000 unless given. */
  readonly order?: number;
  /** Asked once a pod and attempt, then the answer once a node. `undefined` instead: this pod fits everywhere. */
  prepare(pod: Pod, cluster: ClusterView): FilterJudge | undefined;
  /** The only nodes the pod may come to at all, by name, where that is known without looking at any; asked first. */
  only?(pod: Pod): ReadonlySet<string> | undefined;
  /** Whether something that the pod needs has still to be made: it is not looked for a node, and nothing is said of it. */
  awaits?(pod: Pod): boolean;
  /** Why the pod fits nowhere yet, whatever node is looked at; asked before. */
  rejects?(pod: Pod): string | undefined;
  /** What may turn a misfit into a fit; everything unless given. */
  readonly wakesOn?: readonly ClusterChange[];
}

/**
 * Nothing where the node fits, else why it does not, such as `node(s) had no disk`. `index` is its place in
 * `cluster.nodes`. Where `supposed` is given, `node` is shown with its pods as supposed, and what was worked out of
 * `cluster` differs from it by those.
 */
export type FilterJudge = (node: NodeView, index: number, supposed?: Supposed) => Misfit | undefined;

/** Pods that are thought away from a node, and onto it. */
export interface Supposed {
  readonly without: ReadonlySet<Pod>;
  readonly added: ReadonlySet<Pod>;
}

/** The reason, or several; `isFinal` when not even the removal of other pods would help. */
export type Misfit = string | { readonly reasons: readonly string[]; readonly isFinal?: boolean };

/** `pod-changed` is one with a node that got other labels, `pod-resized` requests something else, `pod-leaving` is on its way out. */
export type ClusterChange =
  | 'node-added'
  | 'node-changed'
  | 'node-removed'
  | 'pod-added'
  | 'pod-changed'
  | 'pod-resized'
  | 'pod-leaving'
  | 'pod-removed'
  | 'volume-changed'
  | 'device-claim-changed'
  | 'device-class-changed'
  | 'devices-changed';

/** Says which of the fitting nodes is better. */
export interface SchedulerScore {
  readonly name: string;
  readonly weight: number;
  /**
   * As for filters, `fitting` being the places of the nodes among which it is asked to choose; the function answers 0 to
   * 100, or any amount when `scale` says how to bring it there.
   */
  prepare(
    pod: Pod,
    cluster: ClusterView,
    fitting: readonly number[],
  ): ((node: NodeView, index: number) => number) | undefined;
  /**
   * `more`: the largest becomes 100. `less`: the largest becomes 0. `range`: the smallest 0 and the largest 100.
   * `spread`: the smallest 100, the others less by their shares of the largest; NaN gets nothing.
   */
  readonly scale?: 'more' | 'less' | 'range' | 'spread';
}

export const schedulerFilters = contributionPoint<SchedulerFilter>('scheduler.filters');
export const schedulerScores = contributionPoint<SchedulerScore>('scheduler.scores');

/** All nodes, with the pods that run there or are about to. Stands still while one pod is placed. */
export interface ClusterView {
  /**
   * The same array as long as no node came, went, was cordoned or changed its taints or images: what is worked out of
   * those may be kept by it.
   */
  readonly nodes: readonly NodeView[];
  /** Numbers of the nodes by their places in `nodes`, for what is asked of very many. */
  readonly amounts: NodeAmounts;
  /** Nodes with `affinePods`. */
  readonly affineNodes: Iterable<NodeView>;
  /** How many pods each node holds that this controller made, by node; empty for none. */
  controlledBy(uid: string): ReadonlyMap<string, number>;
  /** How many pods that have a node use a claim. */
  claimUses(namespace: string, claim: string): number;
  /** Pods for which others make room on a node, by its name. */
  readonly nominated: ReadonlyMap<string, ReadonlySet<Pod>>;
  indexOf(node: string): number | undefined;
  labelsOfNamespace(name: string): Readonly<Record<string, string>>;
}

export interface NodeAmounts {
  of(index: number, amount: NodeAmount): number;
}
/** Of memory and storage in bytes; `free` is what no pod requests, `likely` as in `NodeView`. */
export type NodeAmount =
  | 'allocatableCpu'
  | 'allocatableMemory'
  | 'freeCpu'
  | 'freeMemory'
  | 'freeStorage'
  | 'freePods'
  | 'likelyCpu'
  | 'likelyMemory';

export interface NodeView {
  readonly node: Node;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly pods: readonly Pod[];
  /** Those of `pods` that care where other pods are. */
  readonly affinePods: readonly Pod[];
  readonly allocatable: Resources;
  /** Sum of what its pods request. */
  readonly requested: Resources;
  /** As `requested`, with a modest guess for containers that request nothing. */
  readonly likely: { readonly milliCpu: number; readonly memory: number };
  /** `protocol/ip/port` of the host ports in use. */
  readonly hostPorts: ReadonlyMap<string, number>;
}

export interface Resources {
  readonly milliCpu: number;
  /** Bytes. */
  readonly memory: number;
  readonly ephemeralStorage: number;
  readonly pods: number;
  /** Whole units of all else: `hugepages-2Mi`, `example.com/widget`. */
  readonly others: ReadonlyMap<string, number>;
}

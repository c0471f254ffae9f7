import type { Pod } from '../../kinds/core/v1/pod.ts';
import { Domains, requiredAffinity, requiredAntiAffinity, type Term } from '../affinity-terms.ts';
import type { ClusterView, FilterJudge, Misfit, NodeView, SchedulerFilter, Supposed } from '../contract.ts';

/** Pods that must, or must not, share a domain with certain other pods; those already there have their say too. */
export const interPodAffinity: SchedulerFilter = {
  name: 'InterPodAffinity',
  order: 80,
  prepare(pod, cluster): FilterJudge | undefined {
    const wishes = new Wishes(pod, cluster);
    if (wishes.areNone && cluster.nominated.size === 0) return undefined;
    return (node, _index, supposed) => {
      if (supposed === undefined) return wishes.judge(node);
      wishes.suppose(node, supposed, 1);
      const misfit = wishes.judge(node);
      wishes.suppose(node, supposed, -1);
      return misfit;
    };
  },
};

const NOT_NEAR: Misfit = { reasons: ["node(s) didn't match pod affinity rules"], isFinal: true };

/** What a pod wants of others and others of it, counted by domain. */
class Wishes {
  readonly #pod: Pod;
  readonly #cluster: ClusterView;
  readonly #near: readonly Term[];
  readonly #apart: readonly Term[];
  /** Pods that all terms mean. */
  readonly #nearCounts = new Domains();
  readonly #apartCounts = new Domains();
  /** Domains that pods already there keep free of pods like this one. */
  readonly #kept = new Domains();
  readonly #meansItself: boolean;

  constructor(pod: Pod, cluster: ClusterView) {
    this.#pod = pod;
    this.#cluster = cluster;
    this.#near = requiredAffinity(pod);
    this.#apart = requiredAntiAffinity(pod);
    this.#meansItself = this.#near.every(term => term.means(pod, cluster));
    if (this.#near.length > 0 || this.#apart.length > 0) {
      for (const { labels, pods } of cluster.nodes) for (const other of pods) this.#countOwn(labels, other, 1);
    }
    for (const { labels, affinePods } of cluster.affineNodes) {
      for (const other of affinePods) this.#countTheirs(labels, other, 1);
    }
  }

  get areNone(): boolean {
    return this.#near.length === 0 && this.#apart.length === 0 && this.#kept.isEmpty;
  }

  judge({ labels }: NodeView): Misfit | undefined {
    // The first of pods that want to be with each other must start somewhere.
    const isFirst = this.#meansItself && this.#nearCounts.isEmpty;
    const isNear = this.#near.every(
      ({ topologyKey }) => topologyKey in labels && (isFirst || this.#nearCounts.at(labels, topologyKey) > 0),
    );
    if (!isNear) return NOT_NEAR;
    if (this.#apart.some(({ topologyKey }) => this.#apartCounts.at(labels, topologyKey) > 0)) {
      return "node(s) didn't match pod anti-affinity rules";
    }
    return this.#kept.sumAt(labels) > 0 ? "node(s) didn't satisfy existing pods anti-affinity rules" : undefined;
  }

  /** Counts a node's pods as supposed; taken back by a `sign` of -1. */
  suppose({ labels }: NodeView, { without, added }: Supposed, sign: 1 | -1): void {
    for (const [pods, amount] of [
      [without, -sign],
      [added, sign],
    ] as const) {
      for (const other of pods) {
        this.#countOwn(labels, other, amount);
        this.#countTheirs(labels, other, amount);
      }
    }
  }

  #countOwn(labels: NodeView['labels'], other: Pod, amount: number): void {
    const means = (term: Term): boolean => term.means(other, this.#cluster);
    if (this.#near.length > 0 && this.#near.every(means)) {
      for (const { topologyKey } of this.#near) this.#nearCounts.add(labels, topologyKey, amount);
    }
    for (const term of this.#apart) if (means(term)) this.#apartCounts.add(labels, term.topologyKey, amount);
  }

  #countTheirs(labels: NodeView['labels'], other: Pod, amount: number): void {
    for (const term of requiredAntiAffinity(other)) {
      if (term.means(this.#pod, this.#cluster)) this.#kept.add(labels, term.topologyKey, amount);
    }
  }
}

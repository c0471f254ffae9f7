import type { Pod } from '../../kinds/core/v1/pod.ts';
import { isAffine } from '../node-load.ts';
import { Domains, requiredAffinity, requiredAntiAffinity, type Term } from '../affinity-terms.ts';
import type { ClusterView, FilterJudge, Misfit, NodeView, SchedulerFilter, Supposed } from '../contract.ts';

/** Pods that must, or must not, share a domain with certain other pods; those already there have their say too. */
export const interPodAffinity: SchedulerFilter = {
  name: 'InterPodAffinity',
  order: 80,
  wakesOn: ['node-added', 'node-changed', 'pod-added', 'pod-changed', 'pod-removed'],
  prepare(pod, cluster): FilterJudge | undefined {
    const wishes = new Wishes(pod, cluster);
    if (wishes.areNone && cluster.nominated.size === 0) return undefined;
    return (node, _index, supposed) => wishes.judge(node, supposed);
  },
};

const NOT_NEAR: Misfit = { reasons: ["node(s) didn't match pod affinity rules"], isFinal: true };
const NOT_APART = "node(s) didn't match pod anti-affinity rules";
const KEPT_FREE = "node(s) didn't satisfy existing pods anti-affinity rules";

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
    if (this.#near.length > 0) this.#countNear();
    for (const term of this.#apart) this.#countApart(term);
    for (const { labels, affinePods } of cluster.affineNodes) {
      for (const other of affinePods) {
        for (const { topologyKey } of this.#termsAgainst(other)) this.#kept.add(labels, topologyKey, 1);
      }
    }
  }

  get areNone(): boolean {
    return this.#near.length === 0 && this.#apart.length === 0 && this.#kept.isEmpty;
  }

  judge({ labels }: NodeView, supposed: Supposed | undefined): Misfit | undefined {
    if (this.#near.length > 0 && !this.#isNear(labels, supposed)) return NOT_NEAR;
    for (const term of this.#apart) {
      const { topologyKey } = term;
      // A term that means a supposed pod may share its key with others, whose pods are counted with its own.
      const more = supposed === undefined || !(topologyKey in labels) ? 0 : this.#apartMore(topologyKey, supposed);
      if (this.#apartCounts.at(labels, topologyKey) + more > 0) return NOT_APART;
    }
    const kept = this.#kept.sumAt(labels) + (supposed === undefined ? 0 : this.#keptMore(labels, supposed));
    return kept > 0 ? KEPT_FREE : undefined;
  }

  #isNear(labels: NodeView['labels'], supposed: Supposed | undefined): boolean {
    const more = supposed === undefined ? 0 : sumOver(supposed, other => Number(this.#isMeantByAll(other)));
    const sharing = (key: string): number => this.#near.filter(({ topologyKey }) => topologyKey === key).length;
    const isAnywhere = more === 0 ? !this.#nearCounts.isEmpty : this.#isAnywhereWith(labels, more);
    // The first of pods that want to be with each other must start somewhere.
    const isFirst = this.#meansItself && !isAnywhere;
    return this.#near.every(
      ({ topologyKey }) =>
        topologyKey in labels &&
        (isFirst || this.#nearCounts.at(labels, topologyKey) + more * sharing(topologyKey) > 0),
    );
  }

  #isAnywhereWith(labels: NodeView['labels'], more: number): boolean {
    const domains = this.#near.filter(({ topologyKey }) => topologyKey in labels).length;
    return this.#nearCounts.total + more * domains > 0;
  }

  #apartMore(key: string, supposed: Supposed): number {
    const terms = this.#apart.filter(({ topologyKey }) => topologyKey === key);
    return sumOver(supposed, other => terms.filter(term => term.means(other, this.#cluster)).length);
  }

  #keptMore(labels: NodeView['labels'], supposed: Supposed): number {
    return sumOver(supposed, other =>
      isAffine(other) ? this.#termsAgainst(other).filter(({ topologyKey }) => topologyKey in labels).length : 0,
    );
  }

  // A walk over all pods: the domains are looked up once a node.
  #countNear(): void {
    for (const { labels, pods } of this.#cluster.nodes) {
      let count = 0;
      for (const other of pods) if (this.#isMeantByAll(other)) count += 1;
      if (count > 0) for (const { topologyKey } of this.#near) this.#nearCounts.add(labels, topologyKey, count);
    }
  }

  #countApart({ means, topologyKey }: Term): void {
    for (const { labels, pods } of this.#cluster.nodes) {
      if (!(topologyKey in labels)) continue;
      let count = 0;
      for (const other of pods) if (means(other, this.#cluster)) count += 1;
      if (count > 0) this.#apartCounts.add(labels, topologyKey, count);
    }
  }

  #isMeantByAll(other: Pod): boolean {
    return this.#near.every(term => term.means(other, this.#cluster));
  }

  #termsAgainst(other: Pod): readonly Term[] {
    return requiredAntiAffinity(other).filter(term => term.means(this.#pod, this.#cluster));
  }
}

function sumOver({ without, added }: Supposed, amount: (pod: Pod) => number): number {
  let sum = 0;
  for (const pod of added) sum += amount(pod);
  for (const pod of without) sum -= amount(pod);
  return sum;
}

import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { TopologySpreadConstraint } from '../../kinds/core/v1/topology-spread-constraint.ts';
import type { ClusterView, NodeView, SchedulerFilter, Supposed } from '../contract.ts';
import { countOf, eligibility, spreadMatcher, type SpreadMatcher } from '../spread-matcher.ts';

/** Keeps the pods that a constraint selects even over its domains, to within `maxSkew`. */
export const podTopologySpread: SchedulerFilter = {
  name: 'PodTopologySpread',
  order: 70,
  wakesOn: ['node-added', 'node-changed', 'node-removed', 'pod-added', 'pod-changed', 'pod-leaving', 'pod-removed'],
  prepare(pod, cluster) {
    const constraints = (pod.spec.topologySpreadConstraints ?? []).filter(
      ({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule',
    );
    if (constraints.length === 0) return undefined;
    const rules = constraints.map(constraint => new Rule(constraint, pod, constraints, cluster));
    return (node, _index, supposed) => {
      for (const rule of rules) {
        const domain = node.labels[rule.key];
        if (domain === undefined) return { reasons: [`${UNEVEN} (missing required label)`], isFinal: true };
        if (!rule.allows(domain, node, supposed)) return UNEVEN;
      }
      return undefined;
    };
  },
};

const UNEVEN = "node(s) didn't match pod topology spread constraints";

/** One constraint, and how many pods it counts in each domain. */
class Rule {
  readonly key: string;
  readonly #constraint: TopologySpreadConstraint;
  readonly #isEligible: ((node: NodeView) => boolean) | undefined;
  readonly #keys: readonly string[];
  readonly #matcher: SpreadMatcher;
  readonly #counts = new Map<string, number>();
  /** The domain that has the least, and what the least of all others is. */
  #emptiest: string | undefined;
  #least = Infinity;
  #leastOfOthers = Infinity;

  constructor(
    constraint: TopologySpreadConstraint,
    pod: Pod,
    all: readonly TopologySpreadConstraint[],
    cluster: ClusterView,
  ) {
    this.key = constraint.topologyKey;
    this.#constraint = constraint;
    this.#isEligible = eligibility(constraint, pod);
    this.#keys = all.map(({ topologyKey }) => topologyKey);
    this.#matcher = spreadMatcher(constraint, pod);
    for (const node of cluster.nodes) {
      const domain = node.labels[this.key];
      if (domain !== undefined && this.#takesPart(node)) this.#add(domain, countOf(node.pods, this.#matcher));
    }
    for (const [domain, count] of this.#counts) {
      if (count < this.#least) {
        this.#leastOfOthers = this.#least;
        this.#least = count;
        this.#emptiest = domain;
      } else if (count < this.#leastOfOthers) this.#leastOfOthers = count;
    }
  }

  allows(domain: string, node: NodeView, supposed: Supposed | undefined): boolean {
    const there = this.#counts.get(domain) ?? 0;
    const more = supposed === undefined || !this.#takesPart(node) ? 0 : this.#moreOf(supposed);
    const own = this.#matcher.meansItself ? 1 : 0;
    return there + more + own - this.#leastWith(domain, there + more) <= this.#constraint.maxSkew;
  }

  #moreOf({ added, without }: Supposed): number {
    return countOf([...added], this.#matcher) - countOf([...without], this.#matcher);
  }

  /** What the emptiest domain holds where this one holds so many. */
  #leastWith(domain: string, count: number): number {
    if (this.#counts.size < (this.#constraint.minDomains ?? 1)) return 0;
    if (!this.#counts.has(domain)) return this.#least;
    return Math.min(count, domain === this.#emptiest ? this.#leastOfOthers : this.#least);
  }

  #add(domain: string, amount: number): void {
    this.#counts.set(domain, (this.#counts.get(domain) ?? 0) + amount);
  }

  #takesPart(node: NodeView): boolean {
    return this.#keys.every(key => key in node.labels) && this.#isEligible?.(node) !== false;
  }
}

import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { TopologySpreadConstraint } from '../../kinds/core/v1/topology-spread-constraint.ts';
import type { ClusterView, NodeView, SchedulerFilter, Supposed } from '../contract.ts';
import { countOf, isEligible, spreadMatcher, type SpreadMatcher } from '../spread-matcher.ts';

/** Keeps the pods that a constraint selects even over its domains, to within `maxSkew`. */
export const podTopologySpread: SchedulerFilter = {
  name: 'PodTopologySpread',
  order: 70,
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
  readonly #pod: Pod;
  readonly #keys: readonly string[];
  readonly #matcher: SpreadMatcher;
  readonly #counts = new Map<string, number>();
  readonly #least: number;

  constructor(
    constraint: TopologySpreadConstraint,
    pod: Pod,
    all: readonly TopologySpreadConstraint[],
    cluster: ClusterView,
  ) {
    this.key = constraint.topologyKey;
    this.#constraint = constraint;
    this.#pod = pod;
    this.#keys = all.map(({ topologyKey }) => topologyKey);
    this.#matcher = spreadMatcher(constraint, pod);
    for (const node of cluster.nodes) {
      const domain = node.labels[this.key];
      if (domain !== undefined && this.#takesPart(node)) this.#add(domain, countOf(node.pods, this.#matcher));
    }
    this.#least = this.#leastNow();
  }

  allows(domain: string, node: NodeView, supposed: Supposed | undefined): boolean {
    if (supposed === undefined || !this.#takesPart(node)) return this.#isEven(domain, this.#least);
    const more = countOf(supposed.added, this.#matcher) - countOf(supposed.without, this.#matcher);
    if (more === 0) return this.#isEven(domain, this.#least);
    this.#add(domain, more);
    const isEven = this.#isEven(domain, this.#leastNow());
    this.#add(domain, -more);
    return isEven;
  }

  #isEven(domain: string, least: number): boolean {
    const own = this.#matcher.meansItself ? 1 : 0;
    return (this.#counts.get(domain) ?? 0) + own - least <= this.#constraint.maxSkew;
  }

  #add(domain: string, amount: number): void {
    this.#counts.set(domain, (this.#counts.get(domain) ?? 0) + amount);
  }

  #leastNow(): number {
    if (this.#counts.size < (this.#constraint.minDomains ?? 1)) return 0;
    let least = Infinity;
    for (const count of this.#counts.values()) least = Math.min(least, count);
    return least;
  }

  #takesPart(node: NodeView): boolean {
    return this.#keys.every(key => key in node.labels) && isEligible(this.#constraint, this.#pod, node);
  }
}

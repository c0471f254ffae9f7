import type { Pod } from '../../kinds/core/v1/pod.ts';
import { Domains, requiredAffinity, requiredAntiAffinity, type Term } from '../affinity-terms.ts';
import type { ClusterView, Misfit, NodeView, SchedulerFilter } from '../contract.ts';

/** Pods that must, or must not, share a domain with certain other pods; those already there have their say too. */
export const interPodAffinity: SchedulerFilter = {
  name: 'InterPodAffinity',
  order: 80,
  prepare(pod, cluster) {
    const near = requiredAffinity(pod);
    const apart = requiredAntiAffinity(pod);
    const kept = domainsKeptFree(pod, cluster);
    if (near.length === 0 && apart.length === 0 && kept.isEmpty) return undefined;
    const nearCounts = near.length === 0 ? new Domains() : domainsOfAll(near, cluster);
    const apartCounts = apart.length === 0 ? new Domains() : domainsOfEach(apart, cluster);
    // The first of pods that want to be with each other must start somewhere.
    const isFirst = nearCounts.isEmpty && near.every(term => term.means(pod, cluster));
    return node => judge(node, { near, apart, nearCounts, apartCounts, kept, isFirst });
  },
};

const NOT_NEAR: Misfit = { reasons: ["node(s) didn't match pod affinity rules"], isFinal: true };

interface Counted {
  readonly near: readonly Term[];
  readonly apart: readonly Term[];
  readonly nearCounts: Domains;
  readonly apartCounts: Domains;
  readonly kept: Domains;
  readonly isFirst: boolean;
}

function judge({ labels }: NodeView, counted: Counted): Misfit | undefined {
  const { near, apart, nearCounts, apartCounts, kept, isFirst } = counted;
  const isNear = near.every(
    ({ topologyKey }) => topologyKey in labels && (isFirst || nearCounts.at(labels, topologyKey) > 0),
  );
  if (!isNear) return NOT_NEAR;
  if (apart.some(({ topologyKey }) => apartCounts.at(labels, topologyKey) > 0)) {
    return "node(s) didn't match pod anti-affinity rules";
  }
  return kept.sumAt(labels) > 0 ? "node(s) didn't satisfy existing pods anti-affinity rules" : undefined;
}

/** Where pods that all terms mean are. */
function domainsOfAll(terms: readonly Term[], cluster: ClusterView): Domains {
  const domains = new Domains();
  for (const { labels, pods } of cluster.nodes) {
    for (const pod of pods) {
      if (!terms.every(term => term.means(pod, cluster))) continue;
      for (const { topologyKey } of terms) domains.add(labels, topologyKey, 1);
    }
  }
  return domains;
}

function domainsOfEach(terms: readonly Term[], cluster: ClusterView): Domains {
  const domains = new Domains();
  for (const { labels, pods } of cluster.nodes) {
    for (const pod of pods) {
      for (const term of terms) if (term.means(pod, cluster)) domains.add(labels, term.topologyKey, 1);
    }
  }
  return domains;
}

/** Domains that pods already there keep free of pods like this one. */
function domainsKeptFree(pod: Pod, cluster: ClusterView): Domains {
  const domains = new Domains();
  for (const { labels, affinePods } of cluster.affineNodes) {
    for (const other of affinePods) {
      for (const term of requiredAntiAffinity(other)) {
        if (term.means(pod, cluster)) domains.add(labels, term.topologyKey, 1);
      }
    }
  }
  return domains;
}

import { Domains, preferences, requiredAffinity } from '../affinity-terms.ts';
import type { SchedulerScore } from '../contract.ts';

/** How much a pod that must be near counts for one that comes; kube-scheduler's hardPodAffinityWeight. */
const REQUIRED_WEIGHT = 1;

/** Prefers domains of pods that this one would like to be near, or that would like it, and shuns the opposite. */
export const podAffinityPreference: SchedulerScore = {
  name: 'InterPodAffinity',
  weight: 2,
  scale: 'range',
  prepare(pod, cluster) {
    const own = preferences(pod);
    const domains = new Domains();
    for (const { labels, pods } of own.length === 0 ? [] : cluster.nodes) {
      for (const other of pods) {
        for (const { term, weight } of own) {
          if (term.means(other, cluster)) domains.add(labels, term.topologyKey, weight);
        }
      }
    }
    for (const { labels, affinePods } of cluster.affineNodes) {
      for (const other of affinePods) {
        for (const { term, weight } of preferences(other)) {
          if (term.means(pod, cluster)) domains.add(labels, term.topologyKey, weight);
        }
        for (const term of requiredAffinity(other)) {
          if (term.means(pod, cluster)) domains.add(labels, term.topologyKey, REQUIRED_WEIGHT);
        }
      }
    }
    return domains.isEmpty ? undefined : ({ labels }) => domains.sumAt(labels);
  },
};

import { labelMatcher, type LabelMatcher } from '../../src/api/label-selector.ts';
import type { PodAffinityTerm } from '../kinds/core/v1/affinity.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { ClusterView } from './contract.ts';

/** A pod's word on other pods, compiled: which pods it means and within what it looks for them. */
export interface Term {
  readonly topologyKey: string;
  readonly means: (pod: Pod, cluster: ClusterView) => boolean;
}

const compiled = new WeakMap<PodAffinityTerm, Map<string, Term>>();

/** `owner` is the pod whose term it is: without namespaces it means pods of its own. */
export function termOf(term: PodAffinityTerm, owner: Pod): Term {
  const namespace = owner.metadata.namespace ?? '';
  let byNamespace = compiled.get(term);
  if (byNamespace === undefined) compiled.set(term, (byNamespace = new Map<string, Term>()));
  let known = byNamespace.get(namespace);
  if (known === undefined) byNamespace.set(namespace, (known = compile(term, namespace)));
  return known;
}

function compile(
  { labelSelector, namespaces = [], namespaceSelector, topologyKey }: PodAffinityTerm,
  own: string,
): Term {
  const labels = labelMatcher(labelSelector);
  const isInOwn = namespaces.length === 0 && namespaceSelector === undefined;
  const spaces: LabelMatcher | undefined =
    namespaceSelector === undefined ? undefined : labelMatcher(namespaceSelector);
  return {
    topologyKey,
    means: ({ metadata }, cluster) => {
      if (!labels.matches(metadata.labels)) return false;
      const { namespace = '' } = metadata;
      if (isInOwn) return namespace === own;
      return namespaces.includes(namespace) || spaces?.matches(cluster.labelsOfNamespace(namespace)) === true;
    },
  };
}

export const requiredAffinity = (pod: Pod): readonly Term[] =>
  (pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(term => termOf(term, pod));

export const requiredAntiAffinity = (pod: Pod): readonly Term[] =>
  (pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map(term =>
    termOf(term, pod),
  );

/** Preferred terms with their weights, those that repel below zero. */
export function preferences(pod: Pod): readonly { readonly term: Term; readonly weight: number }[] {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const attracts = podAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const repels = podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  return [
    ...attracts.map(({ podAffinityTerm, weight }) => ({ term: termOf(podAffinityTerm, pod), weight })),
    ...repels.map(({ podAffinityTerm, weight }) => ({ term: termOf(podAffinityTerm, pod), weight: -weight })),
  ];
}

/** Amounts by topology domain: a label's key and value. */
export class Domains {
  readonly #byKey = new Map<string, Map<string, number>>();
  #total = 0;

  get isEmpty(): boolean {
    return this.#byKey.size === 0;
  }
  /** Over all domains. */
  get total(): number {
    return this.#total;
  }
  /** Nothing for a node outside of any domain of `key`. */
  add(labels: Readonly<Record<string, string>>, key: string, amount: number): void {
    const value = labels[key];
    if (value === undefined) return;
    this.#total += amount;
    const domains = this.#byKey.get(key) ?? new Map<string, number>();
    const total = (domains.get(value) ?? 0) + amount;
    if (total === 0) domains.delete(value);
    else domains.set(value, total);
    if (domains.size === 0) this.#byKey.delete(key);
    else this.#byKey.set(key, domains);
  }

  at(labels: Readonly<Record<string, string>>, key: string): number {
    const value = labels[key];
    return value === undefined ? 0 : (this.#byKey.get(key)?.get(value) ?? 0);
  }

  /** Over all keys. */
  sumAt(labels: Readonly<Record<string, string>>): number {
    let sum = 0;
    for (const [key, domains] of this.#byKey) {
      const value = labels[key];
      if (value !== undefined) sum += domains.get(value) ?? 0;
    }
    return sum;
  }
}

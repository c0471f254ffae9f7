import type { Affinity, PodAffinityTerm } from '../../kinds/core/v1/affinity.ts';

/** Whether some term of affinity or anti-affinity looks at pods of namespaces that it names or selects. */
export function reachesOtherNamespaces({ podAffinity, podAntiAffinity }: Affinity = {}): boolean {
  return [podAffinity, podAntiAffinity].some(kind => {
    const required = kind?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const preferred = kind?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    return [...required, ...preferred.map(({ podAffinityTerm }) => podAffinityTerm)].some(isOfOthers);
  });
}

const isOfOthers = ({ namespaces = [], namespaceSelector }: PodAffinityTerm): boolean =>
  namespaces.length > 0 || namespaceSelector !== undefined;

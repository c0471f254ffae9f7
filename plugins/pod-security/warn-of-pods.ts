import type { Pod } from '../kinds/core/v1/pod.ts';
import { judgePod, printReasons } from './judge-pod.ts';
import { judgedPod } from './pod-template-of.ts';
import { printLevel, type LevelVersion } from './policy.ts';

/** Pods of a namespace that are looked at; upstream's. */
const MAX_PODS = 3000;

/** What is to be said of pods that are there already and would not be let in any more; those alike are told once. */
export function warnOfPods(namespace: string, level: LevelVersion, pods: readonly Pod[]): readonly string[] {
  const alike = new Map<string, string[]>();
  for (const pod of firstOfEach(pods).slice(0, MAX_PODS)) {
    const violations = judgePod(level, judgedPod(pod));
    if (violations.length === 0) continue;
    const reasons = printReasons(violations);
    alike.set(reasons, [...(alike.get(reasons) ?? []), pod.metadata.name]);
  }
  const told = [...alike].map(([reasons, names]) => `${printNames(names.toSorted())}: ${reasons}`).sort();
  const isPart = pods.length > MAX_PODS;
  return [
    ...(isPart
      ? [`new PodSecurity enforce level only checked against the first ${MAX_PODS} of ${pods.length} existing pods`]
      : []),
    ...(told.length > 0
      ? [`existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${printLevel(level)}"`]
      : []),
    ...told,
  ];
}

/** One pod of each controller comes before all its others: they are alike. */
function firstOfEach(pods: readonly Pod[]): readonly Pod[] {
  const seen = new Set<string>();
  const [first, others]: [Pod[], Pod[]] = [[], []];
  for (const pod of pods) {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid;
    const isFirst = owner === undefined || !seen.has(owner);
    if (owner !== undefined) seen.add(owner);
    (isFirst ? first : others).push(pod);
  }
  return [...first, ...others];
}

function printNames([first = '', ...others]: readonly string[]): string {
  if (others.length === 0) return first;
  return `${first} (and ${others.length} other ${others.length === 1 ? 'pod' : 'pods'})`;
}

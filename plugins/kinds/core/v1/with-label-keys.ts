import type { LabelSelector, Labels } from '../../../../src/api/label-selector.ts';
import { mapShared } from '../../../../src/base/map-shared.ts';
import type { PodAffinity } from './affinity.ts';
import type { PodSpec } from './pod-spec.ts';

interface Keyed {
  readonly labelSelector?: LabelSelector;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

/** A new pod's selectors with what `matchLabelKeys` and `mismatchLabelKeys` mean for the labels it has. */
export function withLabelKeys(spec: PodSpec, labels: Labels): PodSpec {
  const { topologySpreadConstraints: constraints, affinity } = spec;
  const narrowed = mapShared(constraints ?? [], one => narrow(one, labels));
  const { podAffinity, podAntiAffinity } = affinity ?? {};
  const near = narrowTerms(podAffinity, labels);
  const far = narrowTerms(podAntiAffinity, labels);
  const isSame = narrowed === (constraints ?? narrowed) && near === podAffinity && far === podAntiAffinity;
  if (isSame) return spec;
  return {
    ...spec,
    ...(constraints === undefined ? {} : { topologySpreadConstraints: narrowed }),
    ...(affinity === undefined
      ? {}
      : {
          affinity: {
            ...affinity,
            ...(near === undefined ? {} : { podAffinity: near }),
            ...(far === undefined ? {} : { podAntiAffinity: far }),
          },
        }),
  };
}

function narrowTerms(affinity: PodAffinity | undefined, labels: Labels): PodAffinity | undefined {
  const { requiredDuringSchedulingIgnoredDuringExecution: must, preferredDuringSchedulingIgnoredDuringExecution: may } =
    affinity ?? {};
  const needed = mapShared(must ?? [], term => narrow(term, labels));
  const wished = mapShared(may ?? [], weighted => {
    const term = narrow(weighted.podAffinityTerm, labels);
    return term === weighted.podAffinityTerm ? weighted : { ...weighted, podAffinityTerm: term };
  });
  if (needed === (must ?? needed) && wished === (may ?? wished)) return affinity;
  return {
    ...(must === undefined ? {} : { requiredDuringSchedulingIgnoredDuringExecution: needed }),
    ...(may === undefined ? {} : { preferredDuringSchedulingIgnoredDuringExecution: wished }),
  };
}

function narrow<T extends Keyed>(one: T, labels: Labels): T {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = one;
  if (labelSelector === undefined) return one;
  const more = [...requirements(matchLabelKeys, 'In', labels), ...requirements(mismatchLabelKeys, 'NotIn', labels)];
  if (more.length === 0) return one;
  const matchExpressions = [...(labelSelector.matchExpressions ?? []), ...more];
  return { ...one, labelSelector: { ...labelSelector, matchExpressions } };
}

const requirements = (keys: readonly string[], operator: 'In' | 'NotIn', labels: Labels) =>
  keys.flatMap(key => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  });

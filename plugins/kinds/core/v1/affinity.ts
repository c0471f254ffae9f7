import { nodeSelector, preferredSchedulingTerm } from './node-selector.ts';
import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import { type Stored, int32, list, object, string } from '../../../../src/schema/schema.ts';

export const podAffinityTerm = object({
  labelSelector: labelSelector.optional().doc('Labels of the pods.').at(1),
  namespaceSelector: labelSelector.optional().doc('Labels of their namespaces.').at(4),
  namespaces: list(string()).omitEmpty().doc('Their namespaces.').at(2),
  matchLabelKeys: list(string()).omitEmpty().doc('Labels whose values the pods must share.').at(5),
  mismatchLabelKeys: list(string()).omitEmpty().doc('Labels whose values the pods must not share.').at(6),
  topologyKey: string().byRule().doc('Label of nodes that makes them near each other.').at(3),
})
  .named('io.k8s.api.core.v1.PodAffinityTerm')
  .doc('Pods that are meant, and what near is.');
export type PodAffinityTerm = Stored<typeof podAffinityTerm>;

export const weightedPodAffinityTerm = object({
  weight: int32().zero().doc('1 to 100.').at(1),
  podAffinityTerm: podAffinityTerm.zero().doc('The term.').at(2),
})
  .named('io.k8s.api.core.v1.WeightedPodAffinityTerm')
  .doc('A term and how much it counts.');
export type WeightedPodAffinityTerm = Stored<typeof weightedPodAffinityTerm>;

export const nodeAffinity = object({
  requiredDuringSchedulingIgnoredDuringExecution: nodeSelector
    .optional()
    .doc('Must hold when the pod is placed.')
    .at(1),
  preferredDuringSchedulingIgnoredDuringExecution: list(preferredSchedulingTerm)
    .omitEmpty()
    .doc('Counts when the pod is placed.')
    .at(2),
})
  .named('io.k8s.api.core.v1.NodeAffinity')
  .doc('Which nodes a pod wants.');
export type NodeAffinity = Stored<typeof nodeAffinity>;

export const podAntiAffinity = object({
  requiredDuringSchedulingIgnoredDuringExecution: list(podAffinityTerm)
    .omitEmpty()
    .doc('Must hold when the pod is placed.')
    .at(1),
  preferredDuringSchedulingIgnoredDuringExecution: list(weightedPodAffinityTerm)
    .omitEmpty()
    .doc('Counts when the pod is placed.')
    .at(2),
})
  .named('io.k8s.api.core.v1.PodAntiAffinity')
  .doc('Which pods a pod wants to be far from.');
export type PodAntiAffinity = Stored<typeof podAntiAffinity>;

export const podAffinity = object({
  requiredDuringSchedulingIgnoredDuringExecution: list(podAffinityTerm)
    .omitEmpty()
    .doc('Must hold when the pod is placed.')
    .at(1),
  preferredDuringSchedulingIgnoredDuringExecution: list(weightedPodAffinityTerm)
    .omitEmpty()
    .doc('Counts when the pod is placed.')
    .at(2),
})
  .named('io.k8s.api.core.v1.PodAffinity')
  .doc('Which pods a pod wants to be near to.');
export type PodAffinity = Stored<typeof podAffinity>;

export const affinity = object({
  nodeAffinity: nodeAffinity.optional().doc('Nodes it wants.').at(1),
  podAffinity: podAffinity.optional().doc('Pods it wants to be near to.').at(2),
  podAntiAffinity: podAntiAffinity.optional().doc('Pods it wants to be far from.').at(3),
})
  .named('io.k8s.api.core.v1.Affinity')
  .doc('What a pod wants to be near to and far from.');
export type Affinity = Stored<typeof affinity>;

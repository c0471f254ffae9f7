import { nodeSelector, preferredSchedulingTerm } from './node-selector.ts';
import { labelSelector } from '../../../../src/api/label-selector-schema.ts';
import { type Stored, int32, list, object, string } from '../../../../src/schema/schema.ts';

export const podAffinityTerm = object({
  labelSelector: labelSelector.optional().at(1),
  namespaces: list(string()).omitEmpty().at(2),
  topologyKey: string().at(3),
  namespaceSelector: labelSelector.optional().at(4),
  matchLabelKeys: list(string()).omitEmpty().at(5),
  mismatchLabelKeys: list(string()).omitEmpty().at(6),
}).named('io.k8s.api.core.v1.PodAffinityTerm');
export type PodAffinityTerm = Stored<typeof podAffinityTerm>;

export const weightedPodAffinityTerm = object({
  weight: int32().min(1).max(100).zero().at(1),
  podAffinityTerm: podAffinityTerm.zero().at(2),
}).named('io.k8s.api.core.v1.WeightedPodAffinityTerm');
export type WeightedPodAffinityTerm = Stored<typeof weightedPodAffinityTerm>;

export const nodeAffinity = object({
  requiredDuringSchedulingIgnoredDuringExecution: nodeSelector.optional().at(1),
  preferredDuringSchedulingIgnoredDuringExecution: list(preferredSchedulingTerm).omitEmpty().at(2),
}).named('io.k8s.api.core.v1.NodeAffinity');
export type NodeAffinity = Stored<typeof nodeAffinity>;

export const podAntiAffinity = object({
  requiredDuringSchedulingIgnoredDuringExecution: list(podAffinityTerm).omitEmpty().at(1),
  preferredDuringSchedulingIgnoredDuringExecution: list(weightedPodAffinityTerm).omitEmpty().at(2),
}).named('io.k8s.api.core.v1.PodAntiAffinity');
export type PodAntiAffinity = Stored<typeof podAntiAffinity>;

export const podAffinity = object({
  requiredDuringSchedulingIgnoredDuringExecution: list(podAffinityTerm).omitEmpty().at(1),
  preferredDuringSchedulingIgnoredDuringExecution: list(weightedPodAffinityTerm).omitEmpty().at(2),
}).named('io.k8s.api.core.v1.PodAffinity');
export type PodAffinity = Stored<typeof podAffinity>;

export const affinity = object({
  nodeAffinity: nodeAffinity.optional().at(1),
  podAffinity: podAffinity.optional().at(2),
  podAntiAffinity: podAntiAffinity.optional().at(3),
}).named('io.k8s.api.core.v1.Affinity');
export type Affinity = Stored<typeof affinity>;

import { type Stored, int32, list, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const nodeSelectorRequirement = object({
  key: string().at(1),
  operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt').at(2),
  values: list(string()).omitEmpty().at(3),
}).named('io.k8s.api.core.v1.NodeSelectorRequirement');
export type NodeSelectorRequirement = Stored<typeof nodeSelectorRequirement>;

export const nodeSelectorTerm = object({
  matchExpressions: list(nodeSelectorRequirement).omitEmpty().at(1),
  matchFields: list(nodeSelectorRequirement).omitEmpty().at(2),
})
  .named('io.k8s.api.core.v1.NodeSelectorTerm')
  .atomic();
export type NodeSelectorTerm = Stored<typeof nodeSelectorTerm>;

export const nodeSelector = object({
  nodeSelectorTerms: list(nodeSelectorTerm).at(1),
})
  .named('io.k8s.api.core.v1.NodeSelector')
  .atomic();
export type NodeSelector = Stored<typeof nodeSelector>;

export const preferredSchedulingTerm = object({
  weight: int32().min(1).max(100).zero().at(1),
  preference: nodeSelectorTerm.zero().at(2),
}).named('io.k8s.api.core.v1.PreferredSchedulingTerm');
export type PreferredSchedulingTerm = Stored<typeof preferredSchedulingTerm>;

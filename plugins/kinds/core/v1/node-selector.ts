import { type Stored, int32, list, object, oneOf, string } from '../../../../src/schema/schema.ts';

export const nodeSelectorRequirement = object({
  key: string().byRule().doc('The label or field.').at(1),
  operator: oneOf('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt')
    .byRule()
    .doc('In, NotIn, Exists, DoesNotExist, Gt or Lt.')
    .at(2),
  values: list(string()).omitEmpty().doc('What the operator compares with.').at(3),
})
  .named('io.k8s.api.core.v1.NodeSelectorRequirement')
  .doc('One requirement on a node.');
export type NodeSelectorRequirement = Stored<typeof nodeSelectorRequirement>;

export const nodeSelectorTerm = object({
  matchExpressions: list(nodeSelectorRequirement).omitEmpty().doc('On labels.').at(1),
  matchFields: list(nodeSelectorRequirement).omitEmpty().doc('On fields.').at(2),
})
  .named('io.k8s.api.core.v1.NodeSelectorTerm')
  .atomic()
  .doc('Requirements that must all hold.');
export type NodeSelectorTerm = Stored<typeof nodeSelectorTerm>;

export const nodeSelector = object({
  nodeSelectorTerms: list(nodeSelectorTerm).zero().doc('The terms.').at(1),
})
  .named('io.k8s.api.core.v1.NodeSelector')
  .atomic()
  .doc('Terms of which one must match.');
export type NodeSelector = Stored<typeof nodeSelector>;

export const preferredSchedulingTerm = object({
  weight: int32().zero().doc('1 to 100.').at(1),
  preference: nodeSelectorTerm.zero().doc('The term.').at(2),
})
  .named('io.k8s.api.core.v1.PreferredSchedulingTerm')
  .doc('A term and how much it counts.');
export type PreferredSchedulingTerm = Stored<typeof preferredSchedulingTerm>;

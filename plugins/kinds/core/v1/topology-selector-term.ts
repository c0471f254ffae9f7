import { type Stored, list, object, string } from '../../../../src/schema/schema.ts';

export const topologySelectorLabelRequirement = object({
  key: string().doc('The label.').at(1),
  values: list(string()).doc('Its values, of which one must match.').at(2),
})
  .named('io.k8s.api.core.v1.TopologySelectorLabelRequirement')
  .doc('One requirement on a label.');

export const topologySelectorTerm = object({
  matchLabelExpressions: list(topologySelectorLabelRequirement).omitEmpty().doc('On labels.').at(1),
})
  .named('io.k8s.api.core.v1.TopologySelectorTerm')
  .atomic()
  .doc('Requirements that must all hold.');
export type TopologySelectorTerm = Stored<typeof topologySelectorTerm>;

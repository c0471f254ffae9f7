import { type Stored, list, map, object, string } from '../schema/schema.ts';

export const labelSelectorRequirement = object({
  key: string().doc('The label.').at(1),
  operator: string().doc('In, NotIn, Exists or DoesNotExist.').at(2),
  values: list(string()).omitEmpty().doc('What the operator compares with.').at(3),
})
  .named('io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement')
  .doc('One requirement on a label.');
export type LabelSelectorRequirement = Stored<typeof labelSelectorRequirement>;

export const labelSelector = object({
  matchLabels: map(string()).omitEmpty().doc('Labels that must be there with these values.').at(1),
  matchExpressions: list(labelSelectorRequirement).omitEmpty().doc('Further requirements.').at(2),
})
  .named('io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector')
  .atomic()
  .doc('Selects objects by their labels; all requirements must hold.');
export type LabelSelector = Stored<typeof labelSelector>;

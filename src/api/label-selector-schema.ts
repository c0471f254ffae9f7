import { type Stored, list, map, object, string } from '../schema/schema.ts';

export const labelSelectorRequirement = object({
  key: string().at(1),
  operator: string().at(2),
  values: list(string()).omitEmpty().at(3),
}).named('io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement');
export type LabelSelectorRequirement = Stored<typeof labelSelectorRequirement>;

export const labelSelector = object({
  matchLabels: map(string()).omitEmpty().at(1),
  matchExpressions: list(labelSelectorRequirement).omitEmpty().at(2),
})
  .named('io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector')
  .atomic();
export type LabelSelector = Stored<typeof labelSelector>;

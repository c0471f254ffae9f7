import { type Stored, list, object, string } from '../schema/schema.ts';

export const fieldSelectorRequirement = object({
  key: string().at(1),
  operator: string().at(2),
  values: list(string()).omitEmpty().at(3),
}).named('io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement');
export type FieldSelectorRequirement = Stored<typeof fieldSelectorRequirement>;

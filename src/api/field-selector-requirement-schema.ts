import { type Stored, list, object, string } from '../schema/schema.ts';

export const fieldSelectorRequirement = object({
  key: string().doc('The field.').at(1),
  operator: string().doc('How it is compared.').at(2),
  values: list(string()).omitEmpty().doc('What it is compared with.').at(3),
})
  .named('io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement')
  .doc('One requirement on a field.');
export type FieldSelectorRequirement = Stored<typeof fieldSelectorRequirement>;

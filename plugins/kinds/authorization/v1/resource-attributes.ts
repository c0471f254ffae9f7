import { fieldSelectorRequirement } from '../../../../src/api/field-selector-requirement-schema.ts';
import { labelSelectorRequirement } from '../../../../src/api/label-selector-schema.ts';
import { type Stored, list, object, string } from '../../../../src/schema/schema.ts';

export const fieldSelectorAttributes = object({
  rawSelector: string().omitEmpty().at(1),
  requirements: list(fieldSelectorRequirement).omitEmpty().at(2),
})
  .named('io.k8s.api.authorization.v1.FieldSelectorAttributes')
  .doc('A limit by fields.');
export type FieldSelectorAttributes = Stored<typeof fieldSelectorAttributes>;

export const labelSelectorAttributes = object({
  rawSelector: string().omitEmpty().at(1),
  requirements: list(labelSelectorRequirement).omitEmpty().at(2),
})
  .named('io.k8s.api.authorization.v1.LabelSelectorAttributes')
  .doc('A limit by labels.');
export type LabelSelectorAttributes = Stored<typeof labelSelectorAttributes>;

export const nonResourceAttributes = object({
  path: string().omitEmpty().doc('The path.').at(1),
  verb: string().omitEmpty().doc('The method.').at(2),
})
  .named('io.k8s.api.authorization.v1.NonResourceAttributes')
  .doc('An action on a path.');
export type NonResourceAttributes = Stored<typeof nonResourceAttributes>;

export const resourceAttributes = object({
  namespace: string().omitEmpty().doc('Namespace; empty for all or none.').at(1),
  verb: string().omitEmpty().doc('What is done.').at(2),
  group: string().omitEmpty().doc('Group of the resource.').at(3),
  version: string().omitEmpty().doc('Version of the resource.').at(4),
  resource: string().omitEmpty().doc('The resource.').at(5),
  subresource: string().omitEmpty().doc('The subresource.').at(6),
  name: string().omitEmpty().doc('The object; empty for all.').at(7),
  fieldSelector: fieldSelectorAttributes.optional().at(8),
  labelSelector: labelSelectorAttributes.optional().at(9),
})
  .named('io.k8s.api.authorization.v1.ResourceAttributes')
  .doc('An action on resources.');
export type ResourceAttributes = Stored<typeof resourceAttributes>;

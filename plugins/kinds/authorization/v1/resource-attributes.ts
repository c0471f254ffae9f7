import { fieldSelectorRequirement } from '../../../../src/api/field-selector-requirement-schema.ts';
import { labelSelectorRequirement } from '../../../../src/api/label-selector-schema.ts';
import { type Stored, list, object, string } from '../../../../src/schema/schema.ts';

export const fieldSelectorAttributes = object({
  rawSelector: string().omitEmpty().at(1),
  requirements: list(fieldSelectorRequirement).omitEmpty().at(2),
}).named('io.k8s.api.authorization.v1.FieldSelectorAttributes');
export type FieldSelectorAttributes = Stored<typeof fieldSelectorAttributes>;

export const labelSelectorAttributes = object({
  rawSelector: string().omitEmpty().at(1),
  requirements: list(labelSelectorRequirement).omitEmpty().at(2),
}).named('io.k8s.api.authorization.v1.LabelSelectorAttributes');
export type LabelSelectorAttributes = Stored<typeof labelSelectorAttributes>;

export const nonResourceAttributes = object({
  path: string().omitEmpty().at(1),
  verb: string().omitEmpty().at(2),
}).named('io.k8s.api.authorization.v1.NonResourceAttributes');
export type NonResourceAttributes = Stored<typeof nonResourceAttributes>;

export const resourceAttributes = object({
  namespace: string().omitEmpty().at(1),
  verb: string().omitEmpty().at(2),
  group: string().omitEmpty().at(3),
  version: string().omitEmpty().at(4),
  resource: string().omitEmpty().at(5),
  subresource: string().omitEmpty().at(6),
  name: string().omitEmpty().at(7),
  fieldSelector: fieldSelectorAttributes.optional().at(8),
  labelSelector: labelSelectorAttributes.optional().at(9),
}).named('io.k8s.api.authorization.v1.ResourceAttributes');
export type ResourceAttributes = Stored<typeof resourceAttributes>;

import { type Stored, object, quantity, string } from '../../../../src/schema/schema.ts';

export const objectFieldSelector = object({
  apiVersion: string().whenEmpty('v1').at(1),
  fieldPath: string().at(2),
})
  .named('io.k8s.api.core.v1.ObjectFieldSelector')
  .atomic();
export type ObjectFieldSelector = Stored<typeof objectFieldSelector>;

export const resourceFieldSelector = object({
  containerName: string().omitEmpty().at(1),
  resource: string().at(2),
  divisor: quantity().default('0').at(3),
})
  .named('io.k8s.api.core.v1.ResourceFieldSelector')
  .atomic();
export type ResourceFieldSelector = Stored<typeof resourceFieldSelector>;

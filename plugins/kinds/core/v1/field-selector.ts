import { type Stored, object, quantity, string } from '../../../../src/schema/schema.ts';

export const objectFieldSelector = object({
  apiVersion: string().whenEmpty('v1').doc('Version the path is written for.').at(1),
  fieldPath: string().byRule().doc('The field.').at(2),
})
  .named('io.k8s.api.core.v1.ObjectFieldSelector')
  .atomic()
  .doc('A field of the pod.');
export type ObjectFieldSelector = Stored<typeof objectFieldSelector>;

export const resourceFieldSelector = object({
  containerName: string().omitEmpty().doc('The container; needed in volumes.').at(1),
  resource: string().byRule().doc('The resource, such as limits.cpu.').at(2),
  divisor: quantity().default('0').doc('Unit of the output.').at(3),
})
  .named('io.k8s.api.core.v1.ResourceFieldSelector')
  .atomic()
  .doc('A resource of a container.');
export type ResourceFieldSelector = Stored<typeof resourceFieldSelector>;

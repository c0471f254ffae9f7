import { object, string, type Stored } from '../../../../src/schema/schema.ts';

export const crossVersionReference = object({
  kind: string().zero().doc('Kind of the object.').at(1),
  name: string().zero().doc('Name of the object.').at(2),
  apiVersion: string().omitEmpty().doc('Group and version of the object.').at(3),
})
  .named('io.k8s.api.autoscaling.v2.CrossVersionObjectReference')
  .doc('An object of the same namespace, in whatever version.');
export type CrossVersionReference = Stored<typeof crossVersionReference>;

import { type Stored, object, string } from '../../../../src/schema/schema.ts';

export const localObjectReferenceProps = {
  name: string().default('').doc('Name of the object.').at(1),
};
export const localObjectReference = object(localObjectReferenceProps)
  .named('io.k8s.api.core.v1.LocalObjectReference')
  .doc('Names an object of the same namespace.')
  .atomic();
export type LocalObjectReference = Stored<typeof localObjectReference>;

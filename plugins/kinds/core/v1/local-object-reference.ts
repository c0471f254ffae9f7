import { type Stored, object, string } from '../../../../src/schema/schema.ts';

export const localObjectReferenceProps = {
  name: string().default('').at(1),
};
export const localObjectReference = object(localObjectReferenceProps).named('io.k8s.api.core.v1.LocalObjectReference');
export type LocalObjectReference = Stored<typeof localObjectReference>;
